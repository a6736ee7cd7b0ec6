using ImageStorage.CrashHarness.Tracing;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Stores;

/// <summary>Two kinds of stores in one folder, as the catalog and the content of a hybrid store.</summary>
/// <param name="scheme">The scheme of the store URI.</param>
/// <param name="catalog">The kind of the catalog.</param>
/// <param name="content">The kind of the content store.</param>
internal sealed class HybridStoreKind(string scheme, StoreKind catalog, StoreKind content) : StoreKind
{
    // The workers save 100 bytes to 700 KB: some images go to each part.
    private const long InlineLimit = 16 << 10;

    private static readonly DocumentName SweepRecord = "hybrid/sweep";

    public override string Scheme => scheme;

    public override string LocationIn(string folder) => Path.Join(folder, "store");

    public override void Use(ImageStorageBuilder builder, string location)
    {
        builder.UseHybrid(hybrid =>
        {
            catalog.Use(hybrid.Catalog, CatalogIn(location));
            content.Use(hybrid.Content, ContentIn(location));
            hybrid.Configure(options => options.InlineLimit = InlineLimit);
        });
    }

    public override IEnumerable<string> LeftBehind(string location) => [.. catalog.LeftBehind(CatalogIn(location)), .. content.LeftBehind(ContentIn(location))];

    // No reader sees payloads in the content store before the catalog's commit, which is the commit. The documents of
    // the hybrid store itself, its identity and the time of its sweep, are written before the commit.
    public override bool IsCommit(SystemCall call, string location) =>
        catalog.IsCommit(call, CatalogIn(location)) && !call.Target[CatalogIn(location).Length..].Contains("hybrid", StringComparison.Ordinal);

    // Each part knows the flushes that no operation relies on. The store records its sweep in the background, and no
    // operation waits for it.
    public override bool IsUnrelatedFlush(SystemCall flush, OperationCalls calls, string location) =>
        flush.Path.StartsWith(Path.Join(location, "catalog") + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? catalog.IsUnrelatedFlush(flush, calls, CatalogIn(location)) || catalog.IsFlushAfterDocument(flush, SweepRecord, calls, CatalogIn(location))
            : content.IsUnrelatedFlush(flush, calls, ContentIn(location));

    private string CatalogIn(string location) => catalog.LocationIn(Path.Join(location, "catalog"));

    private string ContentIn(string location) => content.LocationIn(Path.Join(location, "content"));
}
