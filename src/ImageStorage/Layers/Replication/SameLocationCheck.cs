using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Replication;

/// <summary>Finds two providers with the same location, or one inside the other, without a call to either.</summary>
internal static class SameLocationCheck
{
    /// <summary>Throws if two providers share a location.</summary>
    /// <param name="chain">The providers, primary first.</param>
    /// <param name="names">The providers as nouns inside a sentence.</param>
    /// <exception cref="InvalidOperationException">
    /// There is no fallback, two providers are one, or one is inside the other.
    /// </exception>
    public static void Ensure(IReadOnlyList<IImageProvider> chain, IReadOnlyList<string> names)
    {
        if (chain.Count < 2)
        {
            throw new InvalidOperationException($"The primary {names[0]} has no fallback: name at least one, or do without the failover.");
        }

        for (var later = 1; later < chain.Count; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                switch (ReferenceEquals(chain[earlier], chain[later]) ? LocationOverlap.Same : StoreLocation.Compare(chain[earlier], chain[later]))
                {
                    case LocationOverlap.Same:
                        throw SameLocation(names[earlier], names[later]);
                    case LocationOverlap.Nested:
                        throw NestedLocation(names[earlier], names[later]);
                }
            }
        }
    }

    private static InvalidOperationException SameLocation(string one, string other) => new(
        $"{char.ToUpperInvariant(one[0])}{one[1..]} and {other} have one and the same location, so a failure of one is a failure of both. Give each a location of its own.");

    private static InvalidOperationException NestedLocation(string one, string other) => new(
        $"{char.ToUpperInvariant(one[0])}{one[1..]} and {other} overlap: one stores its images inside the location of the other, and each would take the images of the other for foreign files. Give each a location of its own, side by side.");
}
