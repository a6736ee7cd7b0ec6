namespace ImageStorage;

/// <summary>A range of the bytes of an image.</summary>
/// <param name="Offset">The first byte, from 0; a negative offset counts from the end.</param>
/// <param name="Length">The number of bytes, at least 1; null for all bytes to the end. A range that exceeds the image
/// ends at the end of the image.</param>
public readonly record struct ByteRange(long Offset, long? Length = null)
{
    /// <summary>
    /// Returns the range of the last <paramref name="length"/> bytes, or of all bytes if the image is shorter.
    /// </summary>
    public static ByteRange Last(long length) => new(-length, length);

    /// <summary>Returns the part of an image that the range selects.</summary>
    /// <param name="key">The image, for the message of the exception.</param>
    /// <param name="totalLength">The number of bytes of the image.</param>
    /// <exception cref="ImageRangeException">The range is empty, or begins at or after the end of the image.</exception>
    public ResolvedRange Resolve(ImageKey key, long totalLength)
    {
        if (Length <= 0)
        {
            throw new ImageRangeException($"The range of image '{key}' has {Length} bytes; ask for 1 byte or more, or pass no length to read to the end.", totalLength) { Key = key };
        }

        var start = Offset < 0 ? Math.Max(0, totalLength + Offset) : Offset;
        if (start >= totalLength)
        {
            throw new ImageRangeException($"The range of image '{key}' begins at byte {start}, but the image has {totalLength} bytes (0 to {totalLength - 1}).", totalLength) { Key = key };
        }

        return new ResolvedRange(start, Math.Min(Length ?? long.MaxValue, totalLength - start));
    }
}

/// <summary>The part of an image's bytes that a read returns.</summary>
/// <param name="Offset">The first byte, from 0.</param>
/// <param name="Length">The number of bytes.</param>
public readonly record struct ResolvedRange(long Offset, long Length);
