using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Tests.Naming;
using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Index;

/// <summary>The order of creation against a sorted set, with keys of any length and many of one moment.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CreatedIndexTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Comparer<IndexEntry> ByTimeAndKey = Comparer<IndexEntry>.Create((x, y) => x.CreatedAt != y.CreatedAt ? x.CreatedAt.CompareTo(y.CreatedAt) : x.Key.CompareTo(y.Key));

    [Test]
    public void Random_entries_are_enumerated_in_order_from_any_position([Values(1, 40)] int moments)
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var keys = new RandomKeys(seed);
        var index = NewIndex(new InMemoryVolume(NameRules.Strictest), out _);
        var model = new SortedSet<IndexEntry>(ByTimeAndKey);
        for (var i = 0; i < 1_500; i++)
        {
            var entry = new IndexEntry(Start.AddTicks(random.Next(moments) * (long)random.Next(1, 3) * 7_777_777_777), keys.Next());
            index.Add(entry.CreatedAt, entry.Key);
            model.Add(entry);
            if (random.Next(4) == 0)
            {
                var gone = model.ElementAt(random.Next(model.Count));
                index.Remove(gone.CreatedAt, gone.Key);
                Assert.That(index.Contains(gone.CreatedAt, gone.Key), Is.False, $"seed {seed}");
                model.Remove(gone);
            }
        }

        Assert.That(index.Enumerate(null, null, null, descending: false), Is.EqualTo(model), $"seed {seed}");
        Assert.That(index.Enumerate(null, null, null, descending: true), Is.EqualTo(model.Reverse()), $"seed {seed}");
        for (var i = 0; i < 30; i++)
        {
            var position = model.ElementAt(random.Next(model.Count));
            Assert.That(index.Enumerate(null, null, position, descending: false), Is.EqualTo(model.Where(entry => ByTimeAndKey.Compare(entry, position) > 0)), $"seed {seed}, after {position}");
            Assert.That(index.Enumerate(null, null, position, descending: true), Is.EqualTo(model.Where(entry => ByTimeAndKey.Compare(entry, position) < 0).Reverse()), $"seed {seed}, before {position}");
            var from = position.CreatedAt;
            Assert.That(index.Enumerate(from, from.AddHours(2), null, descending: false), Is.EqualTo(model.Where(entry => entry.CreatedAt >= from && entry.CreatedAt < from.AddHours(2))), $"seed {seed}, from {from:o}");
        }
    }

    [Test]
    public void Long_keys_of_one_moment_are_in_the_order_of_keys()
    {
        var index = NewIndex(new InMemoryVolume(), out _);
        ImageKey[] keys = [.. Enumerable.Range(0, 20).Select(i => new ImageKey(new string('x', 100) + $"{i:d2}" + (i % 2 == 0 ? string.Empty : new string('y', 50))))];
        foreach (var key in keys.Reverse())
        {
            index.Add(Start, key);
        }

        Assert.That(index.Enumerate(null, null, null, descending: false).Select(entry => entry.Key), Is.EqualTo(keys));
        Assert.That(index.Enumerate(null, null, new IndexEntry(Start, keys[7]), descending: true).Select(entry => entry.Key), Is.EqualTo(keys.Take(7).Reverse()));
    }

    [Test]
    public void An_entry_added_twice_is_enumerated_once_and_removed_at_once()
    {
        var volume = new InMemoryVolume();
        var index = NewIndex(volume, out _);
        index.Add(Start, "left-over.png");
        for (var i = 0; i < 300; i++)
        {
            index.Add(Start.AddTicks(i), $"other{i}.png");
        }

        // The folder in which it lay is full now, so that it gets a second place.
        index.Add(Start, "left-over.png");
        Assert.That(volume.FilesBelow("created").Count(file => file.EndsWith("left-over%2epng", StringComparison.Ordinal)), Is.EqualTo(2), "The test does not show what it is to show.");

        Assert.That(index.Enumerate(null, null, null, descending: false).Count(entry => entry.Key == "left-over.png"), Is.EqualTo(1));
        index.Remove(Start, "left-over.png");
        Assert.That(index.Contains(Start, "left-over.png"), Is.False);
    }

    [Test]
    public void A_long_entry_is_there_with_its_key_or_not_at_all()
    {
        var key = new ImageKey(new string('ü', 100));
        var volume = new InMemoryVolume();
        var crashes = new List<InMemoryVolume>();
        var observed = new ObservedVolume(volume, _ => crashes.Add(volume.Crash(CrashPolicy.Kill)));
        NewIndex(observed, out var staging).Add(Start, key);
        staging.Dispose();

        foreach (var crash in crashes)
        {
            var index = NewIndex(crash, out _);
            index.Add(Start, key);
            Assert.That(index.Enumerate(null, null, null, descending: false), Is.EqualTo(new[] { new IndexEntry(Start, key) }), "A save that is repeated after a crash is not listed.");
        }
    }

    [Test]
    public void Every_name_is_legal_everywhere()
    {
        var seed = TestSeed.Next();
        var keys = new RandomKeys(seed);
        var volume = new InMemoryVolume(NameRules.Strictest);
        var index = NewIndex(volume, out _);

        // The simulated file system refuses what is not.
        Assert.That(() =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                index.Add(Start.AddTicks(i), keys.Next());
            }
        }, Throws.Nothing, $"seed {seed}");
    }

    private static CreatedIndex NewIndex(FileSystem.Volumes.IVolume volume, out StagingArea staging)
    {
        volume.CreateDirectory("staging");
        staging = new StagingArea(volume, "staging");
        return new CreatedIndex(volume, new DurableDirectories(volume, Durability.Full), staging, "created", Durability.Full);
    }
}
