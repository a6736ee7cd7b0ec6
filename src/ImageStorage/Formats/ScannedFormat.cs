using ImageStorage.Providers;

namespace ImageStorage.Formats;

/// <summary>A format whose header is read by a <see cref="HeaderScanner"/>, so that headers of any length are read while the content streams.</summary>
internal abstract class ScannedFormat : ImageFormat
{
    // One scanner is kept for the next content, so that reading a header allocates nothing.
    private HeaderScanner? _spare;

    public sealed override ImageHeaderResult ReadHeader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength)
    {
        // A stated length that is shorter than what is at hand is wrong, and the bytes are right.
        HeaderScanner scanner = Rent(contentEnds ? head.Length : contentLength is { } length ? Math.Max(length, head.Length) : null);
        scanner.Feed(head);
        if (contentEnds)
        {
            scanner.End(head.Length);
        }

        ImageHeaderResult result = scanner.Result;
        Return(scanner);
        return result;
    }

    /// <summary>Returns a scanner at the first byte of a content; give it back by <see cref="Return"/>.</summary>
    /// <param name="contentEnd">The length of the content, or null when it is unknown.</param>
    public HeaderScanner Rent(long? contentEnd)
    {
        HeaderScanner scanner = Interlocked.Exchange(ref _spare, null) ?? CreateScanner();
        scanner.Begin(contentEnd);
        return scanner;
    }

    /// <summary>Takes back a scanner that is not used any more.</summary>
    public void Return(HeaderScanner scanner)
    {
        scanner.Release();
        Interlocked.Exchange(ref _spare, scanner);
    }

    /// <summary>Creates a scanner of the format.</summary>
    protected abstract HeaderScanner CreateScanner();
}
