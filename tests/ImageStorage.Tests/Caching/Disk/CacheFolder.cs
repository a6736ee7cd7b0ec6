using ImageStorage.Caching.Disk;
using ImageStorage.Caching.Entries;

namespace ImageStorage.Tests.Caching.Disk;

/// <summary>A temporary folder for a disk tier, deleted on disposal.</summary>
internal sealed class CacheFolder : IDisposable
{
    public string Path { get; } = System.IO.Path.Join(System.IO.Path.GetTempPath(), $"imagestorage-cache-{Guid.NewGuid():N}");

    public IReadOnlyList<string> Entries => FilesIn("entries");

    public IReadOnlyList<string> Staged => [.. FilesIn("staging").Where(file => file != Ledger && !file.EndsWith(".owner", StringComparison.Ordinal))];

    public string Ledger => System.IO.Path.Join(Path, "staging", "ledger");

    /// <summary>
    /// Returns the expected charge of the files in the folder. Other threads may change the files during the call.
    /// </summary>
    public long CountedBytes => DiskTier.FixedBytes + Entries.Concat(Staged).Select(LengthOf).Sum(length => length is { } bytes ? DiskTier.ChargeOf(bytes) : 0);

    public string PathOf(ImageKey key) => Entries.Single(entry => entry.EndsWith($"-{EntryName.HashOf(key):x32}", StringComparison.Ordinal));

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
        else
        {
            File.Delete(Path);
        }
    }

    private static long? LengthOf(string file)
    {
        try
        {
            return new FileInfo(file).Length;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private string[] FilesIn(string folder) => Directory.Exists(System.IO.Path.Join(Path, folder)) ? Directory.GetFiles(System.IO.Path.Join(Path, folder)) : [];
}
