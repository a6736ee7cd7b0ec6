using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Tests.Naming;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.FileSystem.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.FileSystem.Tests.Index;

/// <summary>
/// The created index against a sorted set, with keys of any length and many of the same time, in logs and runs of all
/// sizes.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class CreatedIndexTests
{
    private const string Root = "created";
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Comparer<IndexEntry> ByTimeAndKey = Comparer<IndexEntry>.Create((x, y) => x.CreatedAt != y.CreatedAt ? x.CreatedAt.CompareTo(y.CreatedAt) : x.Key.CompareTo(y.Key));

    [Test]
    public void Random_entries_are_enumerated_in_order_from_any_position([Values(1, 40)] int moments, [Values(600, 5_000, 64 << 10)] int logLength)
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var keys = new RandomKeys(seed);
        var model = new SortedSet<IndexEntry>(ByTimeAndKey);
        var volume = new InMemoryVolume(NameRules.Strictest);
        using var index = NewIndex(volume, new IndexLimits { LogLength = logLength, MinStaleMarkers = 20 }, model.Contains);
        for (var i = 0; i < 1_500; i++)
        {
            var entry = new IndexEntry(Start.AddTicks(random.Next(moments) * (long)random.Next(1, 3) * 7_777_777_777), keys.Next());
            Add(index, entry);
            model.Add(entry);
            if (random.Next(4) == 0)
            {
                var gone = model.ElementAt(random.Next(model.Count));
                model.Remove(gone);
                index.MarkStale(gone.CreatedAt, gone.Key);
            }
        }

        // Deleted entries may still be listed; their images are then checked.
        IEnumerable<IndexEntry> Listed(DateTimeOffset? from, DateTimeOffset? before, IndexEntry? after, bool descending)
        {
            var all = index.Enumerate(from, before, after, descending, CancellationToken.None).ToList();
            Assert.That(all.Distinct().Count(), Is.EqualTo(all.Count), $"an entry twice, seed {seed}");
            return all.Where(model.Contains);
        }

        Assert.That(Listed(null, null, null, false), Is.EqualTo(model), $"seed {seed}");
        Assert.That(Listed(null, null, null, true), Is.EqualTo(model.Reverse()), $"seed {seed}");
        for (var i = 0; i < TestLength.Of(10, 30); i++)
        {
            var position = model.ElementAt(random.Next(model.Count));
            Assert.That(index.Contains(position, CancellationToken.None), Is.True, $"seed {seed}, {position}");
            Assert.That(index.Contains(position with { CreatedAt = position.CreatedAt.AddTicks(1) }, CancellationToken.None), Is.EqualTo(model.Contains(position with { CreatedAt = position.CreatedAt.AddTicks(1) })), $"seed {seed}, {position}");
            Assert.That(Listed(null, null, position, false), Is.EqualTo(model.Where(entry => ByTimeAndKey.Compare(entry, position) > 0)), $"seed {seed}, after {position}");
            Assert.That(Listed(null, null, position, true), Is.EqualTo(model.Reverse().Where(entry => ByTimeAndKey.Compare(entry, position) < 0)), $"seed {seed}, before {position}");
            var from = position.CreatedAt;
            Assert.That(Listed(from, from.AddHours(2), null, false), Is.EqualTo(model.Where(entry => entry.CreatedAt >= from && entry.CreatedAt < from.AddHours(2))), $"seed {seed}, from {from:o}");
            Assert.That(Listed(from, from.AddHours(2), position, true), Is.EqualTo(model.Reverse().Where(entry => entry.CreatedAt >= from && ByTimeAndKey.Compare(entry, position) < 0)), $"seed {seed}, from {from:o} backward");
        }
    }

    [Test]
    public void Keys_beyond_the_first_plane_are_in_the_order_of_keys()
    {
        // In UTF-16 the emoji comes first, in UTF-8 the other character.
        ImageKey[] keys = ["a", "\U0001F600", "\uFF21", "\uFF21b"];
        using var index = NewIndex(new InMemoryVolume(), new IndexLimits { LogLength = 600 });
        foreach (var key in keys.Reverse())
        {
            Add(index, new IndexEntry(Start, key));
        }

        Assert.That(keys, Is.Ordered);
        Assert.That(index.Enumerate(null, null, null, descending: false, CancellationToken.None).Select(entry => entry.Key), Is.EqualTo(keys));
    }

    [Test]
    public void A_hundred_thousand_entries_are_few_files_and_a_page_reads_few_blocks([Values] bool inOrder)
    {
        const int Count = 100_000;
        var random = new Random(5);
        var volume = new InMemoryVolume();
        using (var writer = NewIndex(volume, new IndexLimits(), durability: Durability.Relaxed))
        {
            for (var i = 0; i < Count; i++)
            {
                Add(writer, new IndexEntry(Start.AddSeconds(inOrder ? i : random.Next(Count)), $"folder/{i}.png"));
            }
        }

        var calls = 0;
        using var index = NewIndex(new ObservedVolume(volume, _ => calls++), new IndexLimits());
        calls = 0;
        Assert.That(index.Enumerate(null, null, null, descending: true, CancellationToken.None).Take(50).Count(), Is.EqualTo(50));
        var newest = calls;
        calls = 0;
        Assert.That(index.Enumerate(null, Start.AddSeconds(Count / 2), null, descending: true, CancellationToken.None).Take(50).Count(), Is.EqualTo(50));
        TestContext.Out.WriteLine($"operations: newest {newest}, in the middle {calls}; files: {string.Join(' ', volume.FilesBelow(Root))}");
        Assert.That(volume.FilesBelow(Root), Has.Count.LessThanOrEqualTo(16));
        Assert.That(newest, Is.LessThanOrEqualTo(inOrder ? 12 : 60));
        Assert.That(calls, Is.LessThanOrEqualTo(inOrder ? 25 : 150));
    }

    [Test]
    public void Entries_of_deleted_images_are_dropped_and_their_space_is_reclaimed()
    {
        var volume = new InMemoryVolume();
        var visible = new HashSet<IndexEntry>();
        using var index = NewIndex(volume, new IndexLimits { LogLength = 2_000, MinStaleMarkers = 50 }, visible.Contains);
        for (var i = 0; i < 5_000; i++)
        {
            var entry = new IndexEntry(Start.AddSeconds(i), $"{i}.png");
            visible.Add(entry);
            Add(index, entry);
            var old = new IndexEntry(Start.AddSeconds(i - 20), $"{i - 20}.png");
            if (visible.Remove(old))
            {
                index.MarkStale(old.CreatedAt, old.Key);
            }
        }

        Assert.That(volume.FilesBelow(Root).Sum(file => volume.ReadAll(file).Length), Is.LessThan(40_000), "5,000 entries take some 150 KB.");
        Assert.That(index.Enumerate(null, null, null, descending: false, CancellationToken.None).Where(visible.Contains), Is.EquivalentTo(visible));
    }

    [Test]
    public void Entries_that_listings_skip_are_dropped_when_there_are_many()
    {
        var volume = new InMemoryVolume();
        using var index = NewIndex(volume, new IndexLimits { MinStaleMarkers = 50 }, _ => false);
        for (var i = 0; i < 60; i++)
        {
            Add(index, new IndexEntry(Start.AddSeconds(i), $"{i}.png"));
        }

        foreach (var entry in index.Enumerate(null, null, null, descending: true, CancellationToken.None).ToList())
        {
            index.MarkListedStale(entry);
        }

        Assert.That(index.Enumerate(null, null, null, descending: true, CancellationToken.None).Count(), Is.LessThanOrEqualTo(10));
    }

    [Test]
    public void A_merge_never_drops_the_entry_of_a_pending_save()
    {
        var volume = new InMemoryVolume();
        var entry = new IndexEntry(Start, "slow.png");
        using var slow = NewIndex(volume, StoreCheck.SmallIndex, _ => false);
        using var other = NewIndex(volume, StoreCheck.SmallIndex, _ => false);
        using (var pending = slow.Add(entry.CreatedAt, entry.Key))
        {
            // Both fill their logs with stale markers for this entry, so that everything that may be merged is merged.
            for (var i = 0; i < 50; i++)
            {
                slow.MarkStale(entry.CreatedAt, entry.Key);
                other.MarkStale(entry.CreatedAt, entry.Key);
            }

            Assert.That(other.Contains(entry, CancellationToken.None), Is.True);
            pending.MarkVisible();
        }
    }

    [Test]
    public void Logs_of_ended_processes_are_merged_at_an_opening()
    {
        var volume = new InMemoryVolume();
        for (var i = 0; i < 100; i++)
        {
            using var index = NewIndex(volume, new IndexLimits());
            Add(index, new IndexEntry(Start.AddSeconds(i), $"{i}.png"));
        }

        using var last = NewIndex(volume, new IndexLimits());
        Assert.That(volume.FilesBelow(Root), Has.Count.LessThanOrEqualTo(2 * 8 + 3));
        Assert.That(last.Enumerate(null, null, null, descending: false, CancellationToken.None).Count(), Is.EqualTo(100));
    }

    [Test]
    public void A_log_whose_write_failed_is_never_appended_to()
    {
        var fail = false;
        var volume = new InMemoryVolume();
        var observed = new ObservedVolume(volume, call =>
        {
            if (fail && call.Operation == VolumeOperation.Write && call.Path.StartsWith(Root, StringComparison.Ordinal))
            {
                fail = false;
                call.PerformPart!();
                throw new IOException("No space left on device", 28);
            }
        });
        using var index = NewIndex(observed, new IndexLimits());
        Add(index, new IndexEntry(Start, "a.png"));
        fail = true;
        Assert.That(() => index.Add(Start, "b.png"), Throws.InstanceOf<IOException>());
        Add(index, new IndexEntry(Start, "c.png"));

        Assert.That(index.Enumerate(null, null, null, descending: false, CancellationToken.None).Select(entry => entry.Key.Value), Is.EqualTo(new[] { "a.png", "c.png" }));
    }

    [Test]
    public void Every_flipped_byte_of_a_log_loses_no_earlier_record_and_invents_none()
    {
        var volume = new InMemoryVolume();
        using var index = NewIndex(volume, new IndexLimits());
        var keys = Enumerable.Range(0, 5).Select(i => new ImageKey($"{i}.png")).ToList();
        keys.ForEach(key => Add(index, new IndexEntry(Start, key)));
        var path = volume.FilesBelow(Root).Single(file => file.EndsWith(".log", StringComparison.Ordinal));
        var length = volume.ReadAll(path).Length;
        var recordLength = (length - 8) / 5;
        for (var i = 0; i < length; i++)
        {
            void Flip() => volume.Tamper(path, bytes =>
            {
                bytes[i] ^= 0x10;
                return bytes;
            });
            Flip();
            var whole = i < 8 ? 0 : (i - 8) / recordLength;
            Assert.That(index.Enumerate(null, null, null, descending: false, CancellationToken.None).Select(entry => entry.Key), Is.EqualTo(keys.Take(whole)), $"byte {i}");
            Flip();
        }
    }

    private static void Add(CreatedIndex index, IndexEntry entry)
    {
        using var pending = index.Add(entry.CreatedAt, entry.Key);
        pending.Wait();
        pending.MarkVisible();
    }

    private static CreatedIndex NewIndex(IVolume volume, IndexLimits limits, Func<IndexEntry, bool>? isVisible = null, Durability durability = Durability.Full)
    {
        volume.CreateDirectory("staging");
        volume.CreateDirectory(Root);
        var index = new CreatedIndex(volume, new DurableDirectories(volume, durability), new StagingArea(volume, "staging"), Root, durability, isVisible ?? (_ => true), _ => { }, NullLogger.Instance, limits, merge => merge());
        index.Open(isNew: false, CancellationToken.None);
        return index;
    }
}
