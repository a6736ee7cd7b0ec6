using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.LiteDb.Tests.Conformance;

/// <summary>The provider over a real file.</summary>
public abstract class DatabaseHarness : ProviderHarness
{
    private readonly Durability _durability;
    private readonly TemporaryFolder _folder;
    private readonly LostFolder _lost;
    private LiteDbImageProvider? _last;

    protected DatabaseHarness(Durability durability, bool isInMemory)
    {
        _durability = durability;
        _folder = new TemporaryFolder(isInMemory);
        _lost = new LostFolder(_folder.Path);
    }

    public override bool CanDamage => true;

    public override IEnumerable<string> Secrets => [_folder.Path];

    // LiteDB allocates an array for each chunk and objects for each page (docs/design/litedb.md).
    public override long GetClientAllocation(long length) => length + (length / 2);

    public override async ValueTask<IImageProvider> OpenAsync(TimeProvider clock)
    {
        var provider = new LiteDbImageProvider(new LiteDbStorageOptions { Path = _folder.Combine("images.db"), Durability = _durability }, clock);
        try
        {
            // The first call opens the database and refuses a second owner.
            await provider.CheckAsync();
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }

        return _last = provider;
    }

    public override ValueTask DamageAsync(ImageKey key, StoreDamage damage) => StoredChunk.DamageAsync(_last!, key, damage);

    // Windows does not move a folder with an open file.
    public override IReadOnlyList<StoreLoss> PossibleLosses { get; } = OperatingSystem.IsWindows() ? [] : Enum.GetValues<StoreLoss>();

    public override ValueTask LoseAsync(StoreLoss loss)
    {
        _lost.Take(loss);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<bool> ReturnAsync() => new(_lost.Return());

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _lost.Dispose();
        _folder.Dispose();
        return base.DisposeAsync();
    }
}
