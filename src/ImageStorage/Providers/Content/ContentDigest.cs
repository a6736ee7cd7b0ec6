using System.Text.Json.Serialization;

namespace ImageStorage.Providers;

/// <summary>The length and the hashes of the bytes of an image.</summary>
/// <param name="Length">The number of bytes.</param>
/// <param name="XxHash128">The XXH128 of the bytes, with seed 0.</param>
/// <param name="Sha256">The SHA-256 of the bytes, or null under <see cref="ContentIdentity.XxHash128"/>.</param>
public readonly record struct ContentDigest(long Length, [property: JsonConverter(typeof(XxHash128JsonConverter))] UInt128 XxHash128, Sha256Digest? Sha256)
{
    /// <summary>
    /// Returns whether two digests are of the same bytes. One of them may lack the SHA-256, which an update can record
    /// later.
    /// </summary>
    internal bool IsOfSameBytes(ContentDigest other) =>
        Length == other.Length && XxHash128 == other.XxHash128 && (Sha256 is null || other.Sha256 is null || Sha256 == other.Sha256);
}
