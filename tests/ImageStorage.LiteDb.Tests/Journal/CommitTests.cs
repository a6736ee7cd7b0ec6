using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.LiteDb.Tests.Journal;

/// <summary>The cost of a commit: its thread, and the growth of the log.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommitTests
{
    private const int Small = 300;
    private readonly ManualClock _clock = new();
    private readonly SimulatedDisk _disk = new();

    [Test]
    public async Task Log_grows_for_many_small_commits_at_once()
    {
        await using var provider = StoreOperation.Open(_disk, _clock);
        var storage = StoreOperation.StorageOver(provider, _clock);
        var lengths = new HashSet<long>();
        for (var i = 0; i < 20; i++)
        {
            await storage.SaveBytesAsync($"small-{i}", SampleImages.OfLength(Small, i));
            lengths.Add(_disk.LengthOf(FileSuffixes.Log));
        }

        Assert.That(lengths, Has.Count.LessThanOrEqualTo(4), "A flush is dear where the file has grown.");
    }

    [Test]
    public async Task Log_reserves_nothing_for_large_commits()
    {
        await using var provider = StoreOperation.Open(_disk, _clock);
        await StoreOperation.StorageOver(provider, _clock).SaveBytesAsync("large", SampleImages.OfLength(200_000, 1));

        Assert.That(_disk.LengthOf(FileSuffixes.Log), Is.LessThan(400_000), "What is reserved is written twice.");
    }

    [Test]
    public async Task Reserved_zeros_are_neither_damage_nor_a_commit()
    {
        await using var provider = StoreOperation.Open(_disk, _clock);
        await StoreOperation.StorageOver(provider, _clock).SaveBytesAsync("small", SampleImages.OfLength(Small, 1));

        foreach (var kind in Enum.GetValues<CutKind>())
        {
            var disk = _disk.After(kind, 1);
            await using var again = StoreOperation.Open(disk, _clock);
            var storage = StoreOperation.StorageOver(again, _clock);
            await storage.SaveBytesAsync("later", SampleImages.OfLength(Small, 2));
            Assert.That((await storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items.Select(image => image.Key.Value), Is.EqualTo(new[] { "later", "small" }), kind.ToString());
            await StoreState.AssertSoundAsync(again);
        }
    }

    [Test]
    public async Task Commit_succeeds_without_room_for_a_reserve()
    {
        await using var provider = StoreOperation.Open(_disk, _clock);
        var storage = StoreOperation.StorageOver(provider, _clock);
        await storage.SaveBytesAsync("large", SampleImages.OfLength(200_000, 1));
        var writes = 0;
        _disk.Observer = call => call == DiskCall.Write && ++writes == 2 ? DiskFault.FullHalfway : null;

        await storage.SaveBytesAsync("small", SampleImages.OfLength(Small, 1));

        Assert.That(writes, Is.EqualTo(2), "The commit, and the zeros after it.");
        await using var again = StoreOperation.Open(_disk.After(CutKind.Power, 0), _clock);
        Assert.That(await StoreOperation.StorageOver(again, _clock).GetInfoAsync("small"), Is.Not.Null);
    }

    [Test]
    public async Task Single_commit_runs_on_a_pool_thread()
    {
        await using var provider = StoreOperation.Open(_disk, _clock);
        var storage = StoreOperation.StorageOver(provider, _clock);
        await storage.SaveBytesAsync("first", SampleImages.OfLength(Small, 1));
        var flushes = new List<bool>();
        _disk.Observer = call =>
        {
            if (call == DiskCall.Flush)
            {
                flushes.Add(Thread.CurrentThread.IsThreadPoolThread);
            }

            return null;
        };

        await storage.SaveBytesAsync("alone", SampleImages.OfLength(Small, 2));

        Assert.That(flushes, Is.EqualTo(new[] { true }));
    }
}
