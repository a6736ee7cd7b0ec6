using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.FileSystem.Trees;

namespace ImageStorage.FileSystem.Tests.Trees;

/// <summary>
/// The tree of names against a sorted set, with several users of one folder (P6: listings cost their result).
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class NameTreeTests
{
    private const string Root = "tree";
    private static readonly NameScheme Scheme = new(StringComparer.Ordinal, FirstChunk: 1, SpreadLength: 32);

    [Test]
    public void Random_insertions_and_deletions_by_several_users_are_seen_by_all([Range(1, 4)] int users)
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var volume = new InMemoryVolume(NameRules.Strictest);
        var trees = Enumerable.Range(0, users).Select(_ => NewTree(volume)).ToArray();
        var model = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 6_000; i++)
        {
            var tree = trees[random.Next(users)];
            var name = RandomName(random);
            if (random.Next(4) > 0)
            {
                if (tree.Find(name) is null)
                {
                    tree.Put(tree.ChoosePath(name), volume.CreateEmpty);
                }

                model.Add(name);
            }
            else
            {
                Assert.That(tree.Delete(name).Count, Is.EqualTo(model.Remove(name) ? 1 : 0), $"seed {seed}");
            }

            if (i % 400 == 0)
            {
                AssertRange(trees[random.Next(users)], model, new NameRange(Descending: random.Next(2) == 0), seed);
            }
        }

        foreach (var range in Enumerable.Range(0, 60).Select(_ => RandomRange(random)))
        {
            AssertRange(trees[random.Next(users)], model, range, seed);
        }

        Assert.That(model.All(name => trees[0].Find(name) is not null), Is.True, $"seed {seed}");
    }

    [Test]
    public void Folders_stay_small_for_any_number_of_names()
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var volume = new InMemoryVolume();
        NameTree[] trees = [NewTree(volume), NewTree(volume)];
        for (var i = 0; i < 12_000; i++)
        {
            var name = RandomName(random) + i;
            var tree = trees[random.Next(2)];
            tree.Put(tree.ChoosePath(name), volume.CreateEmpty);
        }

        // Two users that do not know each other may both find space in a folder.
        var largest = volume.FilesBelow(Root).GroupBy(DurableDirectories.ParentOf).Max(folder => folder.Count());
        Assert.That(largest, Is.LessThanOrEqualTo(2 * NameTree.FolderCapacity), $"seed {seed}");
    }

    [Test]
    public void A_page_reads_few_folders_of_a_large_tree()
    {
        var volume = new InMemoryVolume();
        var filler = NewTree(volume);
        for (var i = 0; i < 20_000; i++)
        {
            filler.Put(filler.ChoosePath($"{i:x8}"), volume.CreateEmpty);
        }

        var visits = 0;
        var observed = new ObservedVolume(volume, call => visits += call.Operation == VolumeOperation.Visit ? 1 : 0);
        foreach (var descending in (bool[])[false, true])
        {
            visits = 0;
            Assert.That(NewTree(observed).Enumerate(new NameRange(Descending: descending)).Take(50).Count(), Is.EqualTo(50));
            Assert.That(visits, Is.LessThan(20), descending ? "newest first" : "oldest first");
        }

    }

    [Test]
    public void Foreign_files_and_folders_are_skipped()
    {
        var volume = new InMemoryVolume();
        var tree = NewTree(volume);
        tree.Put(tree.ChoosePath("a"), volume.CreateEmpty);
        volume.CreateEmpty($"{Root}/desktop.ini");
        volume.CreateEmpty($"{Root}/=");
        volume.CreateDirectory($"{Root}/lost+found");
        volume.CreateDirectory($"{Root}/ab~");

        Assert.That(tree.Enumerate(new NameRange()), Is.EqualTo(new[] { "a" }));
    }

    private static NameTree NewTree(FileSystem.Volumes.IVolume volume) => new(volume, new DurableDirectories(volume, Durability.Relaxed), Root, Scheme);

    private static string RandomName(Random random)
    {
        var name = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "abc0-_./"[random.Next(8)]));
        return (random.Next(3) == 0 ? "prefix/" + name : name) + "abc"[random.Next(3)];
    }

    private static NameRange RandomRange(Random random) => new(
        random.Next(2) == 0 ? null : RandomName(random),
        random.Next(2) == 0 ? null : RandomName(random),
        random.Next(2) == 0 ? null : RandomName(random)[..1],
        random.Next(2) == 0);

    private static void AssertRange(NameTree tree, SortedSet<string> model, NameRange range, int seed)
    {
        var expected = model.Where(name => range.Contains(Scheme, name));
        Assert.That(tree.Enumerate(range), Is.EqualTo(range.Descending ? expected.Reverse() : expected), $"seed {seed}, {range}");
    }
}
