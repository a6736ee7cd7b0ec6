using ImageStorage.FileSystem;
using ImageStorage.Providers;

namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>A folder.</summary>
public sealed class FolderStore : TestStore
{
    private readonly string _path = Directory.CreateTempSubdirectory("imagestorage-tx-").FullName;

    // Nothing here cuts the power, and without flushes there are more moments a second.
    public override IImageProvider Open(TimeProvider clock) => new FileSystemImageProvider(new FileSystemStorageOptions { Path = _path, Durability = Durability.Relaxed }, clock);

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_path, recursive: true);
        return base.DisposeAsync();
    }
}
