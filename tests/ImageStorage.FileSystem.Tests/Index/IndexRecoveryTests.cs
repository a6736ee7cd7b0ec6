using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Index;

/// <summary>
/// The index is rebuilt from the images when it is lost or damaged, by the first operation that notices.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class IndexRecoveryTests
{
    private const string Index = ".imagestorage/index";
    private const int Images = 12;

    [TestCase("manifest lost")]
    [TestCase("manifest cut")]
    [TestCase("manifest flipped")]
    [TestCase("run lost")]
    [TestCase("run cut")]
    [TestCase("run flipped")]
    [TestCase("all lost")]
    public async Task A_lost_or_damaged_index_is_rebuilt(string damage)
    {
        var clock = new ManualClock();
        var volume = await ArrangeAsync(clock);
        Do(volume, damage);

        Assert.That(await KeysAsync(volume, clock, ImageOrder.CreatedAscending), Is.EqualTo(Enumerable.Range(0, Images).Select(i => $"{i:d2}.png")));
        Assert.That(await KeysAsync(volume, clock, ImageOrder.CreatedDescending), Has.Count.EqualTo(Images));
        await StoreCheck.DescribeAfterRestartAsync(volume, clock);
    }

    // Otherwise a process that saves one image and ends leaves a store that a reader on a read-only mount cannot list.
    [Test]
    public async Task The_index_of_a_new_store_is_there_when_its_first_save_returns()
    {
        var volume = new InMemoryVolume();
        using var provider = new FileSystemImageProvider(volume, Durability.Full, createIfMissing: true, new ManualClock());
        await new ImageStorageManager(provider).SaveBytesAsync("a.png", Pictures.Of(300));

        Assert.That(volume.FilesBelow(Index), Does.Contain(Index + "/manifest"));
    }

    [TestCase("manifest")]
    [TestCase("run")]
    public async Task Every_flipped_byte_is_found(string what)
    {
        var clock = new ManualClock();
        var volume = await ArrangeAsync(clock);
        foreach (var path in volume.FilesBelow(Index).Where(file => file.EndsWith(what, StringComparison.Ordinal)))
        {
            for (var i = 0; i < Math.Min(120, volume.ReadAll(path).Length); i++)
            {
                var copy = volume.Copy();
                copy.Tamper(path, bytes =>
                {
                    bytes[i] ^= 1;
                    return bytes;
                });
                Assert.That(await KeysAsync(copy, clock, ImageOrder.CreatedAscending), Is.EqualTo(Enumerable.Range(0, Images).Select(number => $"{number:d2}.png")), $"byte {i} of {path}");
            }
        }
    }

    [TestCase("manifest lost")]
    [TestCase("run flipped")]
    public async Task A_save_and_an_open_store_recover_from_a_damaged_index(string damage)
    {
        var clock = new ManualClock();
        var volume = await ArrangeAsync(clock);
        using var open = StoreCheck.Open(volume, clock, limits: StoreCheck.SmallIndex);
        await new ImageStorageManager(open).SaveBytesAsync("open.png", Pictures.Of(300));
        Do(volume, damage);
        for (var i = 0; i < 10; i++)
        {
            await new ImageStorageManager(open).SaveBytesAsync($"more/{i}.png", Pictures.Of(300));
        }

        Assert.That((await new ImageStorageManager(open).ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(Images + 11));
        await StoreCheck.AssertSoundAsync(open);
    }

    [Test]
    public async Task A_listing_continues_when_its_run_is_merged_in_the_middle_of_a_page()
    {
        var clock = new ManualClock();
        var volume = await ArrangeAsync(clock);
        using var other = StoreCheck.Open(volume, clock, limits: StoreCheck.SmallIndex);
        var merged = 0;
        using var reader = StoreCheck.Open(
            new ObservedVolume(volume, call =>
            {
                // Between the reading of the manifest and the opening of a run, everything is merged and deleted.
                if (call.Operation == VolumeOperation.OpenRead && call.Path.EndsWith(".run", StringComparison.Ordinal) && merged++ == 0)
                {
                    for (var i = 0; i < 40; i++)
                    {
                        new ImageStorageManager(other).SaveBytesAsync("other.png", Pictures.Of(300), new SaveOptions { CreatedAt = clock.Now.AddTicks(-i) }).GetAwaiter().GetResult();
                    }
                }
            }),
            clock);

        var keys = (await new ImageStorageManager(reader).ListAsync(new ImageQuery { Order = ImageOrder.CreatedAscending })).Items.Select(info => info.Key.Value);
        Assert.That(merged, Is.GreaterThan(1), "The test does not show what it is to show.");
        Assert.That(keys.Where(key => key != "other.png"), Is.EqualTo(Enumerable.Range(0, Images).Select(i => $"{i:d2}.png")));
    }

    private static void Do(InMemoryVolume volume, string damage)
    {
        var files = volume.FilesBelow(Index);
        var what = damage.Split(' ')[0];
        var paths = what == "all" ? files : [.. files.Where(file => file.EndsWith(what, StringComparison.Ordinal))];
        Assert.That(paths, Is.Not.Empty);
        foreach (var path in paths)
        {
            if (damage.EndsWith("lost", StringComparison.Ordinal))
            {
                volume.DeleteFile(path);
            }
            else
            {
                volume.Tamper(path, bytes => damage.EndsWith("cut", StringComparison.Ordinal) ? bytes[..^1] : [.. bytes[..20], (byte)(bytes[20] ^ 1), .. bytes[21..]]);
            }
        }
    }

    private static async Task<InMemoryVolume> ArrangeAsync(ManualClock clock)
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, clock, limits: StoreCheck.SmallIndex);
        for (var i = 0; i < Images; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await new ImageStorageManager(provider).SaveBytesAsync($"{i:d2}.png", Pictures.Of(300));
        }

        return volume;
    }

    private static async Task<List<string>> KeysAsync(InMemoryVolume volume, ManualClock clock, ImageOrder order)
    {
        using var provider = StoreCheck.Open(volume, clock);
        return [.. (await new ImageStorageManager(provider).ListAsync(new ImageQuery { Order = order })).Items.Select(info => info.Key.Value)];
    }
}
