using System.Buffers;
using System.IO.Pipelines;
using ImageStorage.AspNetCore.Problems;

namespace ImageStorage.AspNetCore.Endpoints;

/// <summary>
/// The body of an upload: counts its bytes and limits its time. The time ends the read of the body, never the commit that
/// follows the last byte. For one reader at a time.
/// </summary>
/// <remarks>
/// A read is ended through the pipe, not by a token: Kestrel does not expect another use of a body whose read was ended by a
/// token, and reports an error when it drains the rest.
/// </remarks>
internal sealed class UploadStream : ReadOnlyStream
{
    private readonly PipeReader _body;
    private readonly long _maxBodyLength;
    private readonly ImageEndpointOptions _options;
    private readonly ITimer _timer;
    private volatile bool _isLate;
    private long _length;

    /// <summary>Creates the stream, and starts its time.</summary>
    public UploadStream(PipeReader body, long maxBodyLength, ImageEndpointOptions options, TimeProvider timeProvider)
    {
        (_body, _maxBodyLength, _options) = (body, maxBodyLength, options);
        _timer = timeProvider.CreateTimer(static state => ((UploadStream)state!).End(), this, options.UploadTimeout, Timeout.InfiniteTimeSpan);
    }

    public static RequestRefusedException TooLarge(long maxLength) =>
        new(ProblemType.TooLarge, $"The image has more than the {maxLength} bytes that the endpoint accepts.");

    /// <summary>Reads from the body. A client that ends the request ends the read, whatever the token is.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var result = await _body.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        if (_isLate)
        {
            _body.AdvanceTo(result.Buffer.Start);
            throw new RequestRefusedException(ProblemType.UploadTimeout, $"The upload took longer than the {_options.UploadTimeout.TotalSeconds:0} seconds that the endpoint allows.");
        }

        var part = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        part.CopyTo(buffer.Span);
        var count = (int)part.Length;
        _body.AdvanceTo(part.End);
        return (_length += count) <= _maxBodyLength ? count : throw TooLarge(_options.MaxUploadLength);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _timer.Dispose();
        }

        base.Dispose(disposing);
    }

    private void End()
    {
        _isLate = true;
        _body.CancelPendingRead();
    }
}
