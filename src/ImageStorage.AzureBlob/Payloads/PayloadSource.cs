using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace ImageStorage.AzureBlob.Payloads;

/// <summary>
/// Reads a payload sequentially through one response. When the connection breaks, the client continues at its offset,
/// pinned to the same version. A read after a failure starts a new response at its block.
/// </summary>
internal sealed class PayloadSource(BlockBlobClient blob) : IDisposable
{
    private Stream? _body;
    private long _position;
    private long _end;

    /// <summary>Reads bytes at an offset into a buffer.</summary>
    /// <param name="offset">The position of the first byte.</param>
    /// <param name="buffer">The buffer.</param>
    /// <param name="end">The end of all reads, so that the response has no further bytes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of bytes.</returns>
    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, long end, CancellationToken cancellationToken)
    {
        if (!IsAt(offset, buffer.Length))
        {
            SetBody((await blob.DownloadStreamingAsync(OptionsOf(offset, end), cancellationToken).ConfigureAwait(false)).Value.Content, offset, end);
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

    /// <summary>Reads bytes synchronously; see <see cref="ReadAsync"/>.</summary>
    public int Read(long offset, Span<byte> buffer, long end)
    {
        if (!IsAt(offset, buffer.Length))
        {
            SetBody(blob.DownloadStreaming(OptionsOf(offset, end), CancellationToken.None).Value.Content, offset, end);
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

    private void SetBody(Stream body, long position, long end) => (_body, _position, _end) = (body, position, end);
}
