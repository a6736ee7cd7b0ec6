namespace ImageStorage.CrashHarness.Stores;

/// <summary>All kinds of stores.</summary>
internal static class StoreKinds
{
    public static IReadOnlyList<StoreKind> All { get; } =
    [
        new FileStoreKind(),
        new LiteDbStoreKind(),
        new HybridStoreKind("hybrid-files", new FileStoreKind(), new FileStoreKind()),
        new HybridStoreKind("hybrid", new LiteDbStoreKind(), new FileStoreKind()),
        new MirrorStoreKind("mirror-files", new FileStoreKind()),
    ];

    public static StoreKind Find(string scheme) =>
        All.FirstOrDefault(kind => kind.Scheme == scheme)
        ?? throw new ArgumentException($"There is no kind of store '{scheme}'; known are {string.Join(", ", All.Select(kind => kind.Scheme))}.");

    public static (StoreKind Kind, string Location) Parse(string uri)
    {
        var colon = uri.IndexOf(':', StringComparison.Ordinal);
        return (Find(colon < 0 ? uri : uri[..colon]), uri[(colon + 1)..]);
    }
}
