namespace ImageStorage.Transactions;

/// <summary>Represents the source of a save, for several attempts to read it.</summary>
internal sealed class PlannedSource(SaveRequest request)
{
    private Stream? _open;
    private long _start;

    /// <summary>
    /// Gets a value that indicates whether the source can be read from its first byte, for the first time or again.
    /// </summary>
    public bool CanOpen => request.OwnsContent || _open is null || _open.CanSeek;

    /// <summary>Reads the source from its first byte.</summary>
    public async Task<T> ReadAsync<T>(Func<Stream, Task<T>> read, CancellationToken cancellationToken)
    {
        Stream content;
        try
        {
            content = _open ?? await request.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (!request.OwnsContent && content.CanSeek)
            {
                (_start, content.Position) = _open is null ? (content.Position, content.Position) : (_start, _start);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ObjectDisposedException)
        {
            throw new ImageSourceException($"Opening the source of image '{request.Key}' failed: {exception.Message} Nothing was stored; see the inner exception.", exception) { Key = request.Key };
        }

        if (!request.OwnsContent)
        {
            _open = content;
            return await read(content).ConfigureAwait(false);
        }

        await using (content.ConfigureAwait(false))
        {
            return await read(content).ConfigureAwait(false);
        }
    }
}
