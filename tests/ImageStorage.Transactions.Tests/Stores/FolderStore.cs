using ImageStorage.FileSystem;
using ImageStorage.Providers;

namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>A folder.</summary>
public sealed class FolderStore : TestStore
{
    private readonly string _path = TestFolder.Create();

    /// <summary>Damages the records of the images whose files have this name.</summary>
    public void DamageRecords(string fileName)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Join(_path, "images"), fileName, SearchOption.AllDirectories))
        {
            using var stream = File.OpenWrite(file);
            stream.Position = stream.Length - 40;
            stream.Write(new byte[8]);
        }
    }

    // These tests do not cut the power, and without flushes more moments per second are possible.
    public override IImageProvider Open(TimeProvider clock) => new FileSystemImageProvider(new FileSystemStorageOptions { Path = _path, Durability = Durability.Relaxed }, clock);

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_path, recursive: true);
        return base.DisposeAsync();
    }
}
