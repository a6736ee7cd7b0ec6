using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>Compares the locations of providers, without a call to either provider.</summary>
internal static class StoreLocation
{
    // File systems of these platforms ignore case.
    private static readonly StringComparer Comparer = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>Returns how the locations of two providers relate, with all of their parts.</summary>
    public static LocationOverlap Compare(IImageProvider one, IImageProvider other)
    {
        var (locations, others) = (Trimmed(one), Trimmed(other));
        return locations.Any(location => others.Contains(location, Comparer)) ? LocationOverlap.Same
            : locations.Any(location => others.Any(outer => IsIn(location, outer) || IsIn(outer, location))) ? LocationOverlap.Nested
            : LocationOverlap.None;
    }

    /// <summary>Returns whether a folder is the location of a provider or of one of its parts, or inside of the location.</summary>
    public static bool Contains(IImageProvider provider, string folder) =>
        Path.TrimEndingDirectorySeparator(folder) is var path && Trimmed(provider).Any(location => Comparer.Equals(path, location) || IsIn(path, location));

    /// <summary>Returns the locations of a provider with all of its parts; empty for a provider without a location.</summary>
    public static IReadOnlyList<string> Of(IImageProvider provider) => provider.GetAbility<IStoreLocationProvider>()?.Locations ?? [];

    private static List<string> Trimmed(IImageProvider provider) => [.. Of(provider).Select(Path.TrimEndingDirectorySeparator)];

    /// <summary>Returns whether a location is a path inside of another one.</summary>
    private static bool IsIn(string location, string outer) =>
        Path.IsPathRooted(outer) && location.Length > outer.Length && Comparer.Equals(location[..outer.Length], outer) && location[outer.Length] is '/' or '\\';
}
