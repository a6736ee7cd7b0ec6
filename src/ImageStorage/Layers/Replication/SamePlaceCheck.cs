using ImageStorage.Providers;

namespace ImageStorage.Replication;

/// <summary>Finds two providers of a chain that are, or that keep their images in, one and the same place, as far as they say where that is: without a call to either.</summary>
internal static class SamePlaceCheck
{
    // Where the file system does not tell letters from capitals, neither may this.
    private static readonly StringComparer Comparer = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <exception cref="InvalidOperationException">There is no fallback, or two are one, or one lies inside of another.</exception>
    public static void Ensure(IReadOnlyList<IImageProvider> chain, IReadOnlyList<string> names)
    {
        if (chain.Count < 2)
        {
            throw new InvalidOperationException($"The primary {names[0]} has no fallback: name at least one, or do without the failover.");
        }

        var places = new Dictionary<string, int>(Comparer);
        for (var i = 0; i < chain.Count; i++)
        {
            var same = chain.Take(i).ToList().IndexOf(chain[i]);
            if (same >= 0)
            {
                throw SamePlace(names[same], names[i]);
            }

            foreach (var place in chain[i].GetAbility<IStoreLocationProvider>()?.Locations ?? [])
            {
                var path = Path.TrimEndingDirectorySeparator(place);
                foreach (var (other, owner) in places.Where(known => known.Value != i && (IsIn(path, known.Key) || IsIn(known.Key, path))))
                {
                    throw Comparer.Equals(path, other) ? SamePlace(names[owner], names[i]) : NestedPlace(names[owner], names[i]);
                }

                places.TryAdd(path, i);
            }
        }
    }

    /// <summary>Returns whether a place is another one, or a path inside of it.</summary>
    private static bool IsIn(string place, string outer) =>
        Comparer.Equals(place, outer)
        || (Path.IsPathRooted(outer) && place.Length > outer.Length && Comparer.Equals(place[..outer.Length], outer) && place[outer.Length] is '/' or '\\');

    private static InvalidOperationException SamePlace(string one, string other) => new(
        $"{one} and {other} keep their images in one and the same place, so nothing would be gained when it fails. Give each a place of its own.");

    private static InvalidOperationException NestedPlace(string one, string other) => new(
        $"Of {one} and {other}, one keeps its images inside the place of the other, which would take them for its own or for foreign files. Give each a place of its own, side by side.");
}
