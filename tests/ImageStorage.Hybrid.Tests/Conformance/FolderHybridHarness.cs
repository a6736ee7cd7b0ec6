namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>Two folders.</summary>
public abstract class FolderHybridHarness : HybridHarness
{
    private readonly FolderHalf _catalog;

    protected FolderHybridHarness(long inlineLimit, Durability durability)
        : this(new FolderHalf(durability), new FolderHalf(durability), inlineLimit)
    {
    }

    private FolderHybridHarness(FolderHalf catalog, FolderHalf content, long inlineLimit)
        : base(catalog, content, inlineLimit) => _catalog = catalog;

    private protected override async Task<ContentReference?> FindReferenceAsync(ImageKey key)
    {
        using var catalog = _catalog.Open(TimeProvider.System);
        return await FindReferenceAsync(catalog, key);
    }
}
