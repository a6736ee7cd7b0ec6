using ImageStorage.FileSystem.Listing;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Listing;

/// <summary>
/// P6: a walk over all images reads each folder once, in bounded memory, and leaves no staged file.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class ImageTreeWalkerTests
{
    private const string StagedFolder = "staged";

    [Test]
    public void Images_come_in_order_of_their_keys_with_any_memory([Values(1, 2, 7, 1_000)] int batchLength, [Values] bool hasFile)
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var (volume, keys, foreign) = RandomTree(random);
        var after = random.Next(3) == 0 ? RandomKey(random) : null;
        var prefix = random.Next(3) == 0 ? keys.ElementAt(random.Next(keys.Count))[..1] : null;
        var visits = 0;
        var walker = new ImageTreeWalker(volume, batchLength, visited: () => visits++, createFile: hasFile ? () => Create(volume) : null);

        var walked = walker.Walk(after, prefix, includeForeign: true).ToList();

        var expected = keys.Where(key => string.CompareOrdinal(key, after) > 0 && key.StartsWith(prefix ?? string.Empty, StringComparison.Ordinal));
        Assert.That(walked.Where(file => file.Key is not null).Select(file => file.Key!.Value.Value), Is.EqualTo(expected), $"seed {seed}");
        Assert.That(walked.Where(file => file.Key is null).Select(file => file.Path), Is.SubsetOf(foreign), $"seed {seed}");
        Assert.That(after is null && prefix is null ? walked.Count(file => file.Key is null) : foreign.Count, Is.EqualTo(foreign.Count), $"seed {seed}");
        Assert.That(StagedFiles(volume), Is.Zero, $"seed {seed}");
        Assert.That(hasFile ? visits : 0, Is.LessThanOrEqualTo(CountFolders(volume, ImagePaths.Root)), $"seed {seed}");
    }

    [Test]
    public void A_walk_that_ends_early_deletes_the_files_with_names()
    {
        var (volume, _, _) = RandomTree(new Random(1));
        foreach (var name in Enumerable.Range(0, 10))
        {
            CreateImage(volume, $"a/b/{name}.png");
            CreateImage(volume, $"a/{name}.png");
        }

        using (var walk = new ImageTreeWalker(volume, 2, createFile: () => Create(volume)).Walk(prefix: "a/b/").GetEnumerator())
        {
            Assert.That(walk.MoveNext(), Is.True);
            Assert.That(StagedFiles(volume), Is.Positive);
        }

        Assert.That(StagedFiles(volume), Is.Zero);
    }

    [Test]
    public void A_walk_on_a_full_medium_reads_the_folder_in_batches([Values] bool isFullFromTheStart)
    {
        var (volume, keys, _) = RandomTree(new Random(2));
        var writes = 0;
        var full = new ObservedVolume(volume, call =>
        {
            if (call.Operation is VolumeOperation.CreateNew or VolumeOperation.Write && (isFullFromTheStart || ++writes > 2))
            {
                throw new IOException("No space left on device");
            }
        });

        var walked = new ImageTreeWalker(full, 2, createFile: () => Create(full)).Walk().Where(file => file.Key is not null).Select(file => file.Key!.Value.Value);

        Assert.That(walked, Is.EqualTo(keys));
        Assert.That(StagedFiles(volume), Is.Zero);
    }

    private static StagedFile Create(Volumes.IVolume volume)
    {
        var path = $"{StagedFolder}/{Guid.NewGuid():N}";
        return new StagedFile(volume, path, volume.CreateNew(path, 0));
    }

    private static (InMemoryVolume Volume, SortedSet<string> Keys, HashSet<string> Foreign) RandomTree(Random random)
    {
        var volume = new InMemoryVolume();
        volume.CreateDirectory(StagedFolder);
        volume.CreateDirectory(ImagePaths.Root);
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 120; i++)
        {
            var key = RandomKey(random);
            if (keys.Add(key))
            {
                CreateImage(volume, key);
            }
        }

        var foreign = new HashSet<string>(StringComparer.Ordinal) { $"{ImagePaths.Root}/Thumbs.DB", $"{ImagePaths.Root}/%zz" };
        foreach (var path in foreign)
        {
            volume.CreateEmpty(path);
        }

        return (volume, keys, foreign);
    }

    private static void CreateImage(InMemoryVolume volume, string key)
    {
        var path = ImagePaths.Of(new ImageKey(key));
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            volume.CreateDirectory(path[..slash]);
        }

        volume.CreateEmpty(path);
    }

    // Keys with folders whose keys interleave with images and other folders (a, a-b/c, a/b), capitals, and long pieces.
    private static string RandomKey(Random random)
    {
        var segments = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(12) == 0
            ? new string((char)('a' + random.Next(2)), 120) + random.Next(3)
            : new string([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => "abAé-.1"[random.Next(7)])]).Trim('.') + "x");
        return string.Join('/', segments);
    }

    private static int StagedFiles(InMemoryVolume volume)
    {
        var files = 0;
        volume.VisitDirectory(StagedFolder, (_, _) => files++);
        return files;
    }

    private static int CountFolders(InMemoryVolume volume, string folder)
    {
        var folders = new List<string>();
        volume.VisitDirectory(folder, (name, isDirectory) =>
        {
            if (isDirectory)
            {
                folders.Add(name.ToString());
            }
        });
        return 1 + folders.Sum(name => CountFolders(volume, $"{folder}/{name}"));
    }
}
