using System.Text.Json.Serialization;

namespace ImageStorage;

/// <summary>What is known of the bytes of an image once all have been read.</summary>
/// <param name="Length">Their number.</param>
/// <param name="XxHash128">Their XXH128, seed 0.</param>
/// <param name="Sha256">Their SHA-256, or null under <see cref="ContentIdentity.XxHash128"/>.</param>
public readonly record struct ContentDigest(long Length, [property: JsonConverter(typeof(XxHash128JsonConverter))] UInt128 XxHash128, Sha256Digest? Sha256);
