using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace ImageStorage.AzureBlob.Payloads;

/// <summary>
/// Reads a payload front to back through one response. When the connection breaks, the client goes on at the offset where it
/// was, pinned to the same version; and a read after a failure begins a new response at its block.
/// </summary>
internal sealed class PayloadSource(BlockBlobClient blob) : IDisposable
{
    private Stream? _body;
    private long _position;
    private long _end;

    /// <summary>Fills a buffer with the bytes from an offset on; answers how many there were.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="buffer">What to fill.</param>
    /// <param name="end">Where reading is going to end, so that no more than that is asked for.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, long end, CancellationToken cancellationToken)
    {
        if (!IsAt(offset, buffer.Length))
        {
            Take((await blob.DownloadStreamingAsync(OptionsOf(offset, end), cancellationToken).ConfigureAwait(false)).Value.Content, offset, end);
        }

        try
        {
            var read = await _body!.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            _position += read;
            return read;
        }
        catch
        {
            Drop();
            throw;
        }
    }

    /// <summary>The same for callers that read without awaiting.</summary>
    public int Read(long offset, Span<byte> buffer, long end)
    {
        if (!IsAt(offset, buffer.Length))
        {
            Take(blob.DownloadStreaming(OptionsOf(offset, end), CancellationToken.None).Value.Content, offset, end);
        }

        try
        {
            var read = _body!.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            _position += read;
            return read;
        }
        catch
        {
            Drop();
            throw;
        }
    }

    public void Dispose() => Drop();

    private static BlobDownloadOptions OptionsOf(long offset, long end) => new() { Range = new HttpRange(offset, end - offset) };

    private bool IsAt(long offset, int length)
    {
        if (_body is not null && _position == offset && offset + length <= _end)
        {
            return true;
        }

        Drop();
        return false;
    }

    private void Drop()
    {
        _body?.Dispose();
        _body = null;
    }

    private void Take(Stream body, long position, long end) => (_body, _position, _end) = (body, position, end);
}
