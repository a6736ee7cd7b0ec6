using ImageStorage.Diagnostics;
using ImageStorage.Hybrid.Tests.Conformance;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Hybrid.Tests;

/// <summary>A mirror over real folders and a real database: copies keep their records, and damaged files are read from the other replica and repaired (P2).</summary>
internal sealed class MirrorTests
{
    private readonly ManualClock _clock = new();

    [TestCase(StoreDamage.FlippedBit, 600_000)]
    [TestCase(StoreDamage.FlippedBit, 300)]
    [TestCase(StoreDamage.Truncated, 600_000)]
    public async Task Damaged_file_is_served_from_the_other_folder_from_its_offset_on_and_repaired(StoreDamage damage, int length)
    {
        await using var primary = new FolderPart();
        await using var other = new FolderPart();
        await using var mirror = Open(primary.Open(_clock), other.Open(_clock), out var events);
        var storage = new ImageStorageManager(mirror, null, _clock);
        var image = SampleImages.OfLength(length, 7);
        var saved = await storage.SaveBytesAsync("folder/a.png", image);
        var repaired = new TaskCompletionSource<CorruptionRepaired>();
        using var subscription = events.Subscribe(occurred =>
        {
            if (occurred is CorruptionRepaired repair)
            {
                repaired.TrySetResult(repair);
            }
        });

        await primary.DamageAsync("folder/a.png", damage);
        Assert.That((await storage.GetBytesAsync("folder/a.png"))!.AsSpan().SequenceEqual(image), Is.True);
        Assert.That((await repaired.Task).Key.Value, Is.EqualTo("folder/a.png"));

        using var alone = primary.Open(_clock);
        var directly = new ImageStorageManager(alone, null, _clock);
        Assert.That(await directly.GetInfoAsync("folder/a.png"), Is.EqualTo(saved));
        Assert.That((await directly.GetBytesAsync("folder/a.png"))!.AsSpan().SequenceEqual(image), Is.True);
        await events.DisposeAsync();
    }

    [Test]
    public async Task Each_replica_of_two_kinds_is_a_store_of_its_own_with_the_same_records([Values] bool databaseFirst)
    {
        await using var database = new DatabasePart();
        await using var folder = new FolderPart();
        var (ofDatabase, ofFolder) = (await database.OpenAsync(_clock), await folder.OpenAsync(_clock));
        await using var mirror = Open(databaseFirst ? ofDatabase : ofFolder, databaseFirst ? ofFolder : ofDatabase, out var events);
        var storage = new ImageStorageManager(mirror, null, _clock);
        await storage.SaveBytesAsync("a.png", SampleImages.OfLength(200_000, 1), new SaveOptions { Tags = ["x"], FileName = "f.png" });
        await storage.SaveBytesAsync("b.png", SampleImages.OfLength(300, 2));
        await storage.UpdateAsync("b.png", new ImageUpdate { Tags = ["y"] });
        await storage.SaveBytesAsync("c.png", SampleImages.OfLength(300, 3));
        await storage.DeleteAsync("c.png");

        var listed = (await storage.ListAsync(new ImageQuery())).Items;
        Assert.That((await ofDatabase.ListAsync(new ImageQuery())).Items, Is.EqualTo(listed));
        Assert.That((await ofFolder.ListAsync(new ImageQuery())).Items, Is.EqualTo(listed));
        Assert.That(listed.Select(info => info.Key.Value), Is.EquivalentTo(new[] { "a.png", "b.png" }));
        await events.DisposeAsync();
    }

    private MirrorProvider Open(IImageProvider primary, IImageProvider mirror, out StorageEventQueue events)
    {
        events = new StorageEventQueue([], NullLogger.Instance);
        return new MirrorProvider(primary, mirror, new MirrorOptions { ReconcileInterval = null, Lease = TimeSpan.Zero }, _clock, events, NullLogger.Instance);
    }
}
