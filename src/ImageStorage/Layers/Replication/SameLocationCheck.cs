using ImageStorage.Providers;

namespace ImageStorage.Replication;

/// <summary>Finds two providers with the same location, or one inside the other, without a call to either.</summary>
internal static class SameLocationCheck
{
    // File systems of these platforms ignore case.
    private static readonly StringComparer Comparer = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>Throws if two providers share a location.</summary>
    /// <exception cref="InvalidOperationException">
    /// There is no fallback, two providers are one, or one is inside the other.
    /// </exception>
    public static void Ensure(IReadOnlyList<IImageProvider> chain, IReadOnlyList<string> names)
    {
        if (chain.Count < 2)
        {
            throw new InvalidOperationException($"The primary {names[0]} has no fallback: name at least one, or do without the failover.");
        }

        var locations = new Dictionary<string, int>(Comparer);
        for (var i = 0; i < chain.Count; i++)
        {
            var same = chain.Take(i).ToList().IndexOf(chain[i]);
            if (same >= 0)
            {
                throw SameLocation(names[same], names[i]);
            }

            foreach (var location in chain[i].GetAbility<IStoreLocationProvider>()?.Locations ?? [])
            {
                var path = Path.TrimEndingDirectorySeparator(location);
                foreach (var (other, owner) in locations.Where(known => known.Value != i && (IsIn(path, known.Key) || IsIn(known.Key, path))))
                {
                    throw Comparer.Equals(path, other) ? SameLocation(names[owner], names[i]) : NestedLocation(names[owner], names[i]);
                }

                locations.TryAdd(path, i);
            }
        }
    }

    /// <summary>Returns whether a location is another one, or a path inside of it.</summary>
    private static bool IsIn(string location, string outer) =>
        Comparer.Equals(location, outer)
        || (Path.IsPathRooted(outer) && location.Length > outer.Length && Comparer.Equals(location[..outer.Length], outer) && location[outer.Length] is '/' or '\\');

    private static InvalidOperationException SameLocation(string one, string other) => new(
        $"{one} and {other} store their images at one and the same location, so a failure of one is a failure of both. Give each a location of its own.");

    private static InvalidOperationException NestedLocation(string one, string other) => new(
        $"Of {one} and {other}, one stores its images inside the location of the other, which would take them for its own or for foreign files. Give each a location of its own, side by side.");
}
