using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tool.Stores;

/// <summary>
/// The scheme <c>hybrid:CATALOG+CONTENT</c>: a hybrid store, each part written as a store URI, such as
/// <c>hybrid:litedb:data/catalog.db+file:data/content</c>.
/// </summary>
internal static class HybridScheme
{
    private const string Name = "hybrid";
    private const string Example = "such as hybrid:litedb:data/catalog.db+file:data/content";

    public static StoreScheme Instance { get; } = new(Name, "hybrid:CATALOG+CONTENT", Check, Use, _ => null) { Provider = "Hybrid", LocalFolders = FoldersOf };

    private static string? Check(string location) => TrySplit(location, out _, out _, out var reason) ? null : reason;

    private static void Use(ImageStorageBuilder builder, string location, StoreAccess access)
    {
        if (!TrySplit(location, out var catalog, out var content, out var reason))
        {
            throw new ToolException($"The store 'hybrid:{location}' is not complete: {reason}.");
        }

        builder.UseHybrid(
            part => catalog!.Scheme.Use(part, catalog.Location, access),
            part => content!.Scheme.Use(part, content.Location, access));
    }

    private static IReadOnlyList<string> FoldersOf(string location) => TrySplit(location, out var catalog, out var content, out _)
        ? [.. catalog!.Scheme.LocalFolders(catalog.Location), .. content!.Scheme.LocalFolders(content.Location)]
        : [];

    /// <summary>
    /// Splits at the first plus sign that a store URI follows, so that paths may contain other plus signs.
    /// </summary>
    private static bool TrySplit(string location, out StoreUri? catalog, out StoreUri? content, out string? reason)
    {
        catalog = content = null;
        var plus = SplitAt(location);
        if (plus < 0)
        {
            reason = $"write the catalog, a plus sign, and the content, {Example}";
            return false;
        }

        if (!StoreUri.TryParse(location[..plus], out catalog, out reason) || !StoreUri.TryParse(location[(plus + 1)..], out content, out reason))
        {
            reason = reason.TrimEnd('.');
            return false;
        }

        reason = catalog.Scheme.Name == Name ? "the catalog cannot be hybrid itself" : null;
        return reason is null;
    }

    private static int SplitAt(string location)
    {
        for (var plus = location.IndexOf('+', StringComparison.Ordinal); plus >= 0; plus = location.IndexOf('+', plus + 1))
        {
            var colon = location.IndexOf(':', plus);
            if (colon > plus && StoreSchemes.Find(location[(plus + 1)..colon]) is not null)
            {
                return plus;
            }
        }

        return -1;
    }
}
