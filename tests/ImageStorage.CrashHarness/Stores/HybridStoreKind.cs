using ImageStorage.CrashHarness.Tracing;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Stores;

/// <summary>Two kinds of stores side by side in one folder, as catalog and content of a hybrid store.</summary>
/// <param name="scheme">What stands before the colon of a store URI.</param>
/// <param name="catalog">The kind of the catalog.</param>
/// <param name="content">The kind of the content store.</param>
internal sealed class HybridStoreKind(string scheme, StoreKind catalog, StoreKind content) : StoreKind
{
    // The workers save 100 bytes to 700 KB: some of it goes each way.
    private const long InlineLimit = 16 << 10;

    private static readonly DocumentName SweepNote = "hybrid/sweep";

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

    // Bytes in the content store show nothing to anybody: the catalog's commit is the commit. The documents of the hybrid store itself,
    // its identity and when it was swept, are written on the way to it.
    public override bool IsCommit(SystemCall call, string location) =>
        catalog.IsCommit(call, CatalogIn(location)) && !call.Target[CatalogIn(location).Length..].Contains("hybrid", StringComparison.Ordinal);

    // Each half knows which of its flushes nothing relies on. Beside an act the store notes that it sweeps, for nobody who waits.
    public override bool IsNoFlushOfAct(SystemCall flush, ActCalls calls, string location) =>
        flush.Path.StartsWith(Path.Join(location, "catalog") + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? catalog.IsNoFlushOfAct(flush, calls, CatalogIn(location)) || catalog.IsFlushBehindDocument(flush, SweepNote, calls, CatalogIn(location))
            : content.IsNoFlushOfAct(flush, calls, ContentIn(location));

    private string CatalogIn(string location) => catalog.LocationIn(Path.Join(location, "catalog"));

    private string ContentIn(string location) => content.LocationIn(Path.Join(location, "content"));
}
