using ImageStorage.Providers;

namespace ImageStorage.Formats;

/// <summary>
/// A format with a <see cref="HeaderScanner"/>, which reads headers of any length while the content streams.
/// </summary>
internal abstract class ScannedFormat : ImageFormat
{
    // A spare scanner for the next content, so that reading a header allocates nothing.
    private HeaderScanner? _spare;

    public sealed override ImageHeaderResult ReadHeader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength)
    {
        // A declared length that is shorter than the head is wrong; the bytes decide.
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

    /// <summary>Rents a scanner at the first byte of a content. Return the scanner by <see cref="Return"/>.</summary>
    /// <param name="contentEnd">The length of the content, or null if the length is unknown.</param>
    public HeaderScanner Rent(long? contentEnd)
    {
        HeaderScanner scanner = Interlocked.Exchange(ref _spare, null) ?? CreateScanner();
        scanner.Begin(contentEnd);
        return scanner;
    }

    /// <summary>Returns a rented scanner.</summary>
    public void Return(HeaderScanner scanner)
    {
        scanner.Release();
        Interlocked.Exchange(ref _spare, scanner);
    }

    /// <summary>Creates a scanner of the format.</summary>
    protected abstract HeaderScanner CreateScanner();
}
