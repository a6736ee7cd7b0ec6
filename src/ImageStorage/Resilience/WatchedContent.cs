using ImageStorage.Content;

namespace ImageStorage.Resilience;

/// <summary>
/// The content of one attempt of a save, which cancels the attempt when the provider neither takes a further piece nor ends: a connection that has
/// stalled would else be waited for as long as a slow source. While the source is read no time passes.
/// </summary>
internal sealed class WatchedContent : ImageContent, IDisposable
{
    private const double BytesASecond = 1 << 20;

    private readonly ImageContent _source;
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _stalled;
    private readonly CancellationTokenRegistration _ending;
    private long _taken;

    public WatchedContent(ImageContent source, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        (_source, _limit) = (source, limit);
        _stalled = new CancellationTokenSource(limit, clock);
        _ending = cancellationToken.UnsafeRegister(static stalled => ((CancellationTokenSource)stalled!).Cancel(), _stalled);
    }

    /// <summary>Ends the attempt: with the call's own token, or because it has stalled.</summary>
    public CancellationToken Token => _stalled.Token;

    /// <summary>How long the provider may go without a piece, by now.</summary>
    public TimeSpan Limit => _limit + TimeSpan.FromSeconds(_taken / BytesASecond);

    public override long? Length => _source.Length;

    public override bool CanRewind => _source.CanRewind;

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        _stalled.CancelAfter(Timeout.InfiniteTimeSpan);
        try
        {
            var piece = await _source.ReadAsync(cancellationToken).ConfigureAwait(false);
            _taken += piece.Length;
            return piece;
        }
        finally
        {
            _stalled.CancelAfter(Limit);
        }
    }

    public override async ValueTask RewindAsync(CancellationToken cancellationToken = default)
    {
        await _source.RewindAsync(cancellationToken).ConfigureAwait(false);
        _taken = 0;
    }

    public override ValueTask<ContentDigest> GetDigestAsync() => _source.GetDigestAsync();

    public void Dispose()
    {
        _ending.Dispose();
        _stalled.Dispose();
    }
}
