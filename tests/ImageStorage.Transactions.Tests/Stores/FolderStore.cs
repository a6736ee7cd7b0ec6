using ImageStorage.FileSystem;
using ImageStorage.Providers;

namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>A folder.</summary>
public sealed class FolderStore : TestStore
{
    private readonly string _path = TestFolder.Create();

    // These tests do not cut the power, and without flushes more moments per second are possible.
    public override IImageProvider Open(TimeProvider clock) => new FileSystemImageProvider(new FileSystemStorageOptions { Path = _path, Durability = Durability.Relaxed }, clock);

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_path, recursive: true);
        return base.DisposeAsync();
    }
}
