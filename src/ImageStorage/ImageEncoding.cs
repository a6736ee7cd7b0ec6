namespace ImageStorage;

/// <summary>Describes how a layer changed the bytes of an image before they were stored.</summary>
public sealed record ImageEncoding
{
    /// <summary>
    /// Gets the names of the encodings in the order in which they were applied, joined by <c>+</c>, such as
    /// <c>brotli+aes-256-gcm</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Gets the number of bytes that were stored.</summary>
    public required long StoredLength { get; init; }

    /// <summary>Gets the number of bytes of the image.</summary>
    public required long OriginalLength { get; init; }

    /// <summary>
    /// Gets the number of stored bytes per byte of the image; a value below 1 means that space was saved.
    /// </summary>
    public double Ratio => OriginalLength == 0 ? 1 : (double)StoredLength / OriginalLength;
}
