namespace ImageStorage.Providers;

/// <summary>Members of records for authors of providers and layers.</summary>
public static class ImageInfoExtensions
{
    /// <summary>Members of the record of an image.</summary>
    /// <param name="info">The record of the image.</param>
    extension(ImageInfo info)
    {
        /// <summary>Gets the length and the hashes of the bytes of the image.</summary>
        public ContentDigest Digest => new(info.Length, info.XxHash128, info.Sha256);

        /// <summary>
        /// Gets the number of bytes that are stored for the image: those of its encoding, also if another part of the
        /// store holds them; without an encoding, those of the image.
        /// </summary>
        public long StoredLength => info.Encoding is { } encoding ? StoredEncoding.LengthOf(encoding) : info.Length;
    }
}
