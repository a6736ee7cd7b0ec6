using ImageStorage.Formats;
using ImageStorage.Providers;

namespace ImageStorage.Store.Validation;

/// <summary>
/// Feeds a header scanner while the content streams to the provider: the rest of the header, and later frames.
/// </summary>
internal sealed class ContentInspector(ContentValidator validator, ImageKey key, ScannedFormat format, HeaderScanner scanner, long? contentLength, PendingHeader? pending) : IContentInspector
{
    private HeaderScanner? _scanner = scanner;
    private long _inspected;
    private long _position;

    /// <summary>Marks the first bytes as inspected, before the content is read.</summary>
    public void Skip(int count) => _inspected = count;

    public void Inspect(ReadOnlySpan<byte> piece, bool isLast)
    {
        ObjectDisposedException.ThrowIf(_scanner is null, this);
        int known = (int)Math.Clamp(_inspected - _position, 0, piece.Length);
        _position += piece.Length;
        _scanner.Feed(piece[known..]);
        if (isLast)
        {
            _scanner.End(_position);
        }

        var result = _scanner.Result;
        if (validator.Check(key, format, result))
        {
            pending?.Set(result);
        }
    }

    public void Restart()
    {
        // The source may return other bytes this time, so no byte counts as inspected.
        (_inspected, _position) = (0, 0);
        pending?.Reset();
        _scanner!.Begin(contentLength);
    }

    public void Dispose()
    {
        if (_scanner is { } scanner)
        {
            _scanner = null;
            format.Return(scanner);
        }
    }
}
