using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.LiteDb.Tests.Compacting;

/// <summary>
/// Compaction returns space and loses nothing. Interruptions are covered by the tests of faults and crashes.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class CompactionTests
{
    [Test]
    public async Task Space_of_deleted_images_is_returned_and_other_images_stay()
    {
        var clock = new ManualClock();
        var disk = new SimulatedDisk();
        await using var provider = StoreOperation.Open(disk, clock);
        var storage = StoreOperation.StorageOver(provider, clock);
        for (var i = 0; i < 20; i++)
        {
            await storage.SaveBytesAsync($"{i}.png", SampleImages.OfLength(100_000, i));
        }

        for (var i = 0; i < 18; i++)
        {
            await storage.DeleteAsync($"{i}.png");
        }

        await provider.Documents.PutAsync("c/a", new byte[] { 1, 2, 3 });
        var before = await StoreState.OfAsync(provider, clock);

        var given = await provider.CompactAsync();

        Assert.That(given, Is.GreaterThan(1_500_000));
        Assert.That(disk.LengthOf(FileSuffixes.Data), Is.LessThan(500_000));
        Assert.That(await StoreState.OfAsync(provider, clock), Is.EqualTo(before));
        await StoreState.AssertSoundAsync(provider);
        Assert.That(disk.Exists(FileSuffixes.New) || disk.Exists(FileSuffixes.NewLog), Is.False);
    }

    [Test]
    public async Task Open_streams_and_saves_in_progress_continue_through_a_compaction()
    {
        var clock = new ManualClock();
        await using var provider = StoreOperation.Open(new SimulatedDisk(), clock);
        var storage = StoreOperation.StorageOver(provider, clock);
        var old = SampleImages.OfLength(900_000, 1);
        await storage.SaveBytesAsync("a.png", old);
        await using var image = await storage.GetAsync("a.png");
        var start = new byte[1_000];
        await image!.Content.ReadExactlyAsync(start);
        await storage.DeleteAsync("a.png");
        await using var source = new InterruptedStream(SampleImages.OfLength(900_000, 2), 800_000, () => provider.CompactAsync().GetAwaiter().GetResult());

        await storage.SaveAsync("b.png", source);

        using var rest = new MemoryStream();
        await image.Content.CopyToAsync(rest);
        Assert.That(start.Concat(rest.ToArray()).SequenceEqual(old), Is.True);
        Assert.That((await storage.GetBytesAsync("b.png")).AsSpan().SequenceEqual(SampleImages.OfLength(900_000, 2)), Is.True);
    }

    [Test]
    public async Task Retained_versions_stay_and_share_their_chunks_with_their_image()
    {
        var clock = new ManualClock();
        var disk = new SimulatedDisk();
        await using var provider = StoreOperation.Open(disk, clock);
        var storage = StoreOperation.StorageOver(provider, clock);
        foreach (var (key, seed) in new[] { ("same.png", 1), ("gone.png", 2), ("replaced.png", 3) })
        {
            var info = await storage.SaveBytesAsync(key, SampleImages.OfLength(900_000, seed));
            await provider.RetainAsync($"tx-{seed}", key, info.ETag);
            await provider.RetainAsync($"bin-{seed}", key, info.ETag);
        }

        await storage.DeleteAsync("gone.png");
        await storage.SaveBytesAsync("replaced.png", SampleImages.OfLength(400, 4));
        var before = await StoreState.OfAsync(provider, clock);

        await provider.CompactAsync();

        Assert.That(await StoreState.OfAsync(provider, clock), Is.EqualTo(before));
        await StoreState.AssertSoundAsync(provider);
        Assert.That(disk.LengthOf(FileSuffixes.Data), Is.LessThan(3_500_000), "Chunks were copied twice.");
        foreach (var id in await provider.ListRetainedAsync())
        {
            await provider.DropAsync(id);
        }

        await provider.CompactAsync();
        Assert.That(disk.LengthOf(FileSuffixes.Data), Is.LessThan(1_300_000), "Chunks of dropped versions stay.");
        Assert.That((await storage.GetBytesAsync("same.png")).AsSpan().SequenceEqual(SampleImages.OfLength(900_000, 1)), Is.True);
    }

    [Test]
    public async Task Damage_stops_a_compaction_and_the_old_database_stays()
    {
        var clock = new ManualClock();
        var disk = new SimulatedDisk();
        await using var provider = StoreOperation.Open(disk, clock);
        var storage = StoreOperation.StorageOver(provider, clock);
        await storage.SaveBytesAsync("a.png", SampleImages.OfLength(100_000, 1));
        await storage.SaveBytesAsync("b.png", SampleImages.OfLength(100_000, 2));
        await StoredChunk.DamageAsync(provider, "a.png", StoreDamage.FlippedBit);

        var failure = Assert.ThrowsAsync<ImageCorruptedException>(() => provider.CompactAsync());

        Assert.That(failure!.Key, Is.EqualTo((ImageKey)"a.png"));
        Assert.That(disk.Exists(FileSuffixes.New), Is.False);
        Assert.That((await storage.GetBytesAsync("b.png"))?.Length, Is.EqualTo(100_000));
    }

    [Test]
    public async Task Compaction_of_a_missing_store_creates_nothing()
    {
        var disk = new SimulatedDisk();
        await using var provider = StoreOperation.Open(disk, new ManualClock());

        Assert.That(await provider.CompactAsync(), Is.Zero);
        Assert.That(disk.Exists(FileSuffixes.Data), Is.False);
    }
}
