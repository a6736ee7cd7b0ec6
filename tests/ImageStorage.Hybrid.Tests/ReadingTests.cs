using ImageStorage.Hybrid.Tests.Faults;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid.Tests;

/// <summary>
/// P2: the record and the bytes of a read belong to one version, and lost content is never reported as a missing image.
/// </summary>
public class ReadingTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Bytes_that_are_lost_are_damage_and_no_missing_image(bool range)
    {
        var world = await WithLargeAsync();
        await world.Content.DeleteAsync(ContentReference.KeyOf((await world.StoredIdsAsync())[0]));
        await using var storage = world.Storage();

        var failure = Assert.ThrowsAsync<ImageCorruptedException>(() => storage.GetAsync("a.png", new GetOptions { Range = range ? new ByteRange(1, 5) : null }));

        Assert.That((failure!.Key, failure.Provider), Is.EqualTo(((ImageKey?)"a.png", "Hybrid")));
        Assert.That(await storage.ExistsAsync("a.png"), Is.True);
        await using var provider = world.Open();
        var items = await provider.VerifyAsync(new VerificationOptions { Documents = false }).ToListAsync();
        Assert.That(items, Has.Count.EqualTo(1));
        Assert.That((items[0].Name, items[0].Status), Is.EqualTo(("a.png", VerificationStatus.Missing)));
        Assert.That(await storage.DeleteAsync("a.png"), Is.True);
    }

    [Test]
    public async Task Bytes_that_belong_to_another_record_are_damage()
    {
        var world = await WithLargeAsync();
        var key = ContentReference.KeyOf((await world.StoredIdsAsync())[0]);
        var content = new ImageStorageManager(world.Content);
        await content.SaveBytesAsync(key, HybridWorld.Large(9));
        await using var storage = world.Storage();

        Assert.That(async () => await storage.GetBytesAsync("a.png"), Throws.TypeOf<ImageCorruptedException>().With.Message.Contains("do not match the record"));
        await using var provider = world.Open();
        Assert.That((await provider.VerifyAsync(new VerificationOptions { Documents = false }).ToListAsync()).Select(item => item.Status), Is.EqualTo(new[] { VerificationStatus.Corrupted }));
    }

    // Another writer overwrites or deletes the image between the two reads of one read.
    [TestCase("large", false)]
    [TestCase("large", true)]
    [TestCase("small", false)]
    [TestCase("small", true)]
    [TestCase("nothing", false)]
    [TestCase("nothing", true)]
    public async Task Read_beside_a_change_gets_the_new_version_whole(string change, bool range)
    {
        var world = await WithLargeAsync();
        await using var other = world.Storage();
        var expected = change switch { "large" => HybridWorld.Large(2), "small" => HybridWorld.Small(2), _ => null };
        var changed = false;
        await using var storage = world.Storage(new Moments
        {
            Reached = (_, name) =>
            {
                if (name == "content.OpenRead asked" && !changed)
                {
                    changed = true;
                    (expected is null ? other.DeleteAsync("a.png") : (Task)other.SaveBytesAsync("a.png", expected)).GetAwaiter().GetResult();
                }
            },
        });

        await using var image = await storage.GetAsync("a.png", new GetOptions { Range = range ? new ByteRange(0, 100_000) : null });

        Assert.That(changed, Is.True);
        using var bytes = new MemoryStream();
        await (image?.Content.CopyToAsync(bytes) ?? Task.CompletedTask);
        Assert.That(image is null, Is.EqualTo(expected is null));
        Assert.That(bytes.ToArray(), Is.EqualTo(expected ?? []));
        Assert.That(image?.Info, Is.EqualTo(await storage.GetInfoAsync("a.png")));
    }

    // The image becomes large between the read of the record and the read of the range in the catalog, and the other
    // way round.
    [TestCase(false)]
    [TestCase(true)]
    public async Task Range_beside_a_change_of_place_is_of_the_new_version(bool toLarge)
    {
        var world = new HybridWorld();
        await using var other = world.Storage();
        var (before, after) = toLarge ? (HybridWorld.Small(1), HybridWorld.Large(2)) : (HybridWorld.Large(1), HybridWorld.Small(2));
        await other.SaveBytesAsync("a.png", before);
        var changed = false;
        await using var storage = world.Storage(new Moments
        {
            Reached = (_, name) =>
            {
                if (name == "catalog.GetInfo done" && !changed)
                {
                    changed = true;
                    other.SaveBytesAsync("a.png", after).GetAwaiter().GetResult();
                }
            },
        });

        await using var image = await storage.GetAsync("a.png", new GetOptions { Range = new ByteRange(10, 90) });

        using var bytes = new MemoryStream();
        await image!.Content.CopyToAsync(bytes);
        Assert.That(bytes.ToArray(), Is.EqualTo(after[10..100]));
    }

    [Test]
    public async Task Content_without_a_record_is_an_orphan_when_the_grace_is_over()
    {
        var world = await WithLargeAsync();
        await using (var dying = world.Storage(new Moments { Reached = (_, name) => { if (name == "catalog.Put asked") { throw new ProcessEndedException(); } } }))
        {
            Assert.ThrowsAsync<ProcessEndedException>(() => dying.SaveBytesAsync("b.png", HybridWorld.Large(1)));
        }

        await using var provider = world.Open();
        Assert.That((await provider.VerifyAsync(new VerificationOptions { Documents = false }).ToListAsync()).Select(item => (item.Name, item.Status)), Is.EqualTo(new[] { ("a.png", VerificationStatus.Sound) }));
        world.Clock.Advance(TimeSpan.FromHours(25));
        Assert.That((await provider.VerifyAsync(new VerificationOptions { Documents = false }).ToListAsync()).Select(item => item.Status), Is.EquivalentTo(new[] { VerificationStatus.Sound, VerificationStatus.Orphan }));
    }

    private static async Task<HybridWorld> WithLargeAsync()
    {
        var world = new HybridWorld();
        await using var storage = world.Storage();
        await storage.SaveBytesAsync("a.png", HybridWorld.Large(1));
        return world;
    }
}
