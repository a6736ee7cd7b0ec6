using ImageStorage.FileSystem;
using ImageStorage.Providers;

namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>A hybrid of two folders: small images in the catalog, large images in the content store.</summary>
public class HybridFoldersStore : TestStore
{
    private readonly string _path = TestFolder.Create();

    public override IImageProvider Open(TimeProvider clock) => OpenHybrid(OpenPart("catalog", clock), OpenPart("content", clock), clock);

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(_path, recursive: true);
        return base.DisposeAsync();
    }

    // Without sweeps in the background, so that each run makes the same calls.
    private protected static HybridImageProvider OpenHybrid(IImageProvider catalog, IImageProvider content, TimeProvider clock) =>
        new(catalog, content, new HybridStorageOptions { InlineLimit = 1000, SweepInterval = null }, clock);

    private protected FileSystemImageProvider OpenPart(string name, TimeProvider clock) =>
        new(new FileSystemStorageOptions { Path = Path.Combine(_path, name), Durability = Durability.Relaxed }, clock);
}
