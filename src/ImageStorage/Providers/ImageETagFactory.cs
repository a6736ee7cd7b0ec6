using System.Buffers.Binary;
using System.Globalization;

namespace ImageStorage.Providers;

/// <summary>Creates versions of images, for providers whose backend does not create them.</summary>
public static class ImageETagFactory
{
    /// <summary>Returns a new version: 64 bits of the identity of the content, and 63 random bits, so that no version repeats.</summary>
    /// <param name="digest">The digest of the content.</param>
    public static ImageETag Create(ContentDigest digest)
    {
        Span<byte> sha = stackalloc byte[32];
        digest.Sha256?.CopyTo(sha);
        var identity = digest.Sha256 is null ? (ulong)(digest.XxHash128 >> 64) : BinaryPrimitives.ReadUInt64BigEndian(sha);
        return new ImageETag(string.Create(CultureInfo.InvariantCulture, $"{identity:x16}-{Random.Shared.NextInt64():x16}"));
    }
}
