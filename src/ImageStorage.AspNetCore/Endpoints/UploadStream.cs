using ImageStorage.Problems;

namespace ImageStorage.Endpoints;

/// <summary>
/// The body of an upload: counts its bytes and limits its time. The time ends the read of the body, never the commit that
/// follows the last byte. For one reader at a time.
/// </summary>
internal sealed class UploadStream : ReadOnlyStream
{
    private readonly Stream _body;
    private readonly long _maxBodyLength;
    private readonly ImageEndpointOptions _options;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _ended;
    private long _length;

    public UploadStream(Stream body, long maxBodyLength, ImageEndpointOptions options, TimeProvider timeProvider, CancellationToken aborted)
    {
        (_body, _maxBodyLength, _options) = (body, maxBodyLength, options);
        _timeout = new CancellationTokenSource(options.UploadTimeout, timeProvider);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, _timeout.Token);
    }

    public static RequestRefusedException TooLarge(long maxLength) =>
        new(ProblemType.TooLarge, $"The image has more than the {maxLength} bytes that the endpoint accepts.");

    /// <summary>Reads from the body; the token of the upload applies, not that of the call.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await _body.ReadAsync(buffer, _ended.Token).ConfigureAwait(false);
            return (_length += read) <= _maxBodyLength ? read : throw TooLarge(_options.MaxUploadLength);
        }
        catch (OperationCanceledException) when (_timeout.IsCancellationRequested)
        {
            throw new RequestRefusedException(ProblemType.UploadTimeout, $"The upload took longer than the {_options.UploadTimeout.TotalSeconds:0} seconds that the endpoint allows.");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ended.Dispose();
            _timeout.Dispose();
        }

        base.Dispose(disposing);
    }
}
