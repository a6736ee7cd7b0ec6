using System.ComponentModel;
using System.Globalization;

namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>
/// The value that other caches hold instead of an image. Marked as immutable, so that HybridCache returns it without a
/// copy.
/// </summary>
/// <param name="Length">The length of the image in bytes.</param>
[ImmutableObject(true)]
internal sealed record CachedValue(int Length)
{
    /// <summary>Creates a value for each image, and the keys.</summary>
    public static (string Key, CachedValue Value)[] AllOf(ImageTrace trace) =>
        [.. trace.Lengths.Select((length, number) => (string.Create(CultureInfo.InvariantCulture, $"images/{number:x6}.jpg"), new CachedValue(length)))];
}
