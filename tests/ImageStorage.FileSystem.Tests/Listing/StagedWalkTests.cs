using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Listing;

/// <summary>
/// P6: a walk, the usage and a verification of a provider whose folder has more names than the walk holds in memory read
/// each folder once, and leave no staged file.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class StagedWalkTests
{
    private const int Count = 50;

    private static readonly Dictionary<string, Func<FileSystemImageProvider, Task<int>>> Walks = new()
    {
        ["walk"] = provider => provider.WalkAsync().CountAsync().AsTask(),
        ["keys"] = provider => provider.WalkAsync(new WalkOptions { Records = false }).CountAsync().AsTask(),
        ["usage"] = async provider => (int)(await provider.GetUsageAsync()).Count,
        ["verification"] = provider => provider.VerifyAsync(new VerificationOptions { Prefix = string.Empty }).CountAsync().AsTask(),
    };

    private static IEnumerable<string> Names => Walks.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task Names_above_the_memory_are_staged_and_each_folder_is_read_once(string walk)
    {
        var volume = new InMemoryVolume();
        var (visits, staged) = (0, 0);
        var observed = new ObservedVolume(volume, call =>
        {
            visits += call.Operation == VolumeOperation.Visit && call.Path.StartsWith(ImagePaths.Root, StringComparison.Ordinal) ? 1 : 0;
            staged += call.Operation == VolumeOperation.CreateNew ? 1 : 0;
        });
        using var provider = new FileSystemImageProvider(observed, Durability.Relaxed, createIfMissing: true, new ManualClock(), schedule: merge => merge()) { WalkBatch = 4 };
        var storage = new ImageStorageManager(provider);
        for (var i = 0; i < Count; i++)
        {
            await storage.SaveBytesAsync($"folder/{i * 7 % Count:00}.png", SampleImages.OfLength(100, i));
        }

        (visits, staged) = (0, 0);
        var files = volume.FilesBelow(".imagestorage").Count;

        Assert.That(await Walks[walk](provider), Is.EqualTo(Count));

        Assert.That((visits, staged), Is.EqualTo((2, 1)), "The root and the folder are read once; the names of the folder are staged.");
        Assert.That(volume.FilesBelow(".imagestorage").Count, Is.EqualTo(files));
        Assert.That((await provider.WalkAsync().ToListAsync()).Select(image => image.Key!.Value.Value), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
    }
}
