namespace ImageStorage.Formats;

/// <summary>
/// The head of a content with what is known of the content's end: the one place that decides between "need more" and
/// "cut off". Positions are <see cref="long"/> and at most <see cref="MaxEnd"/>, so that one plus a 32-bit length from the file cannot overflow.
/// </summary>
internal readonly ref struct HeadReader
{
    private const long MaxEnd = long.MaxValue / 2;

    public HeadReader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength)
    {
        Head = head;

        // A stated length that is shorter than what is at hand is wrong, and the bytes are right.
        ContentEnd = contentEnds ? head.Length : Math.Clamp(contentLength ?? MaxEnd, head.Length, MaxEnd);
    }

    public ReadOnlySpan<byte> Head { get; }

    /// <summary>Where the content ends; farther than any content reaches while that is not known.</summary>
    public long ContentEnd { get; }

    /// <summary>Whether <see cref="ContentEnd"/> is a real end.</summary>
    public bool IsEndKnown => ContentEnd != MaxEnd;

    /// <summary>Whether all bytes before <paramref name="end"/> are at hand. True makes it safe to use the position as an <see cref="int"/>.</summary>
    public bool Has(long end) => end <= Head.Length;

    /// <summary>The answer where the bytes up to <paramref name="end"/>, which hold <paramref name="part"/>, are not at hand.</summary>
    public ImageHeaderResult Missing(long end, string part) =>
        end > ContentEnd
            ? ImageHeaderResult.Invalid($"the content is cut off: it ends at byte {ContentEnd}, before the end of {part}")
            : ImageHeaderResult.NeedMore(end);

    /// <summary>The answer where any further byte may bring <paramref name="part"/>.</summary>
    public ImageHeaderResult MissingNext(string part) => Missing(Head.Length + 1L, part);
}
