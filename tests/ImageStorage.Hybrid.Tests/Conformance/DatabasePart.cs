using ImageStorage.LiteDb;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>A LiteDB database as one part of a hybrid store. Damage in its file is the subject of separate tests.</summary>
public sealed class DatabasePart(Durability durability = Durability.Full) : ProviderHarness
{
    private readonly string _folder = TestFolder.Create();

    public override IEnumerable<string> Secrets => [_folder];

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) =>
        new(new LiteDbImageProvider(new LiteDbStorageOptions { Path = Path.Combine(_folder, "catalog.db"), Durability = durability }, clock));

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return base.DisposeAsync();
    }
}
