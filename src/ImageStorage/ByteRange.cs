namespace ImageStorage;

/// <summary>A part of the bytes of an image, as a caller requests it.</summary>
/// <param name="Offset">The first byte, from 0.</param>
/// <param name="Length">How many bytes, at least 1; null for all up to the end. What reaches past the end is cut there.</param>
public readonly record struct ByteRange(long Offset, long? Length = null)
{
    /// <summary>The last <paramref name="length"/> bytes (all of them when there are fewer).</summary>
    public static ByteRange Last(long length) => new(-length, length);

    /// <summary>Returns the part of an image with this number of bytes that the range selects.</summary>
    /// <exception cref="ImageValidationException">The range is empty, or begins at or after the end.</exception>
    internal ResolvedRange Resolve(ImageKey key, long totalLength)
    {
        if (Length <= 0)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidRange, $"The range of image '{key}' asks for {Length} bytes; ask for 1 or more, or give no length to read up to the end.") { Key = key };
        }

        var start = Offset < 0 ? Math.Max(0, totalLength + Offset) : Offset;
        if (start >= totalLength)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidRange, $"The range of image '{key}' begins at byte {start}, but the image has {totalLength} bytes (0 to {totalLength - 1}).") { Key = key };
        }

        return new ResolvedRange(start, Math.Min(Length ?? long.MaxValue, totalLength - start));
    }
}
