using ImageStorage.LiteDb;
using ImageStorage.Providers;

namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>A LiteDB database.</summary>
public sealed class DatabaseStore : TestStore
{
    private readonly string _path = TestFolder.Create();

    public override IImageProvider Open(TimeProvider clock) => new LiteDbImageProvider(new LiteDbStorageOptions { Path = Path.Combine(_path, "images.db"), Durability = Durability.Relaxed }, clock);

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_path, recursive: true);
        return base.DisposeAsync();
    }
}
