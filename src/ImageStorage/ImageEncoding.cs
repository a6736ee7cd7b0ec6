namespace ImageStorage;

/// <summary>Describes how a layer changed the bytes of an image before they were stored.</summary>
/// <param name="Name">The encodings in the order in which they were applied, joined by <c>+</c>, such as
/// <c>brotli+aes-256-gcm</c>.</param>
/// <param name="StoredLength">The number of bytes that were stored.</param>
/// <param name="OriginalLength">The number of bytes of the image.</param>
public sealed record ImageEncoding(string Name, long StoredLength, long OriginalLength)
{
    /// <summary>
    /// Gets the number of stored bytes per byte of the image; a value below 1 means that space was saved.
    /// </summary>
    public double Ratio => OriginalLength == 0 ? 1 : (double)StoredLength / OriginalLength;
}
