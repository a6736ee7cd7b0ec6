using System.Buffers;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>
/// Content of unknown length, read ahead up to a limit to see whether it ends before; then given out again from its beginning.
/// </summary>
internal sealed class SpooledContent : ImageContent, IDisposable
{
    private readonly ImageContent _source;
    private readonly byte[] _spool;
    private int _spooled;
    private ReadOnlyMemory<byte> _next;
    private bool _spoolGiven;

    private SpooledContent(ImageContent source, int limit)
    {
        _source = source;
        _spool = ArrayPool<byte>.Shared.Rent(Math.Max(1, limit));
    }

    /// <summary>Did the source end within the limit?</summary>
    public bool Ended { get; private set; }

    public override long? Length => Ended ? _spooled : null;

    /// <summary>Reads ahead; the result holds a pooled buffer of the limit's size until it is disposed.</summary>
    public static async ValueTask<SpooledContent> ReadAheadAsync(ImageContent source, int limit, CancellationToken cancellationToken)
    {
        var spooled = new SpooledContent(source, limit);
        try
        {
            await spooled.FillAsync(limit, cancellationToken).ConfigureAwait(false);
            return spooled;
        }
        catch
        {
            spooled.Dispose();
            throw;
        }
    }

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_spoolGiven)
        {
            _spoolGiven = true;
            if (_spooled > 0)
            {
                return _spool.AsMemory(0, _spooled);
            }
        }

        if (!_next.IsEmpty)
        {
            // It is still the source's own piece: the source has not been asked for another one.
            var piece = _next;
            _next = default;
            return piece;
        }

        return Ended ? default : await _source.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask<ContentDigest> GetDigestAsync() => _source.GetDigestAsync();

    public void Dispose() => ArrayPool<byte>.Shared.Return(_spool);

    private async ValueTask FillAsync(int limit, CancellationToken cancellationToken)
    {
        while (await _source.ReadAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            if (piece.Length > limit - _spooled)
            {
                _next = piece;
                return;
            }

            piece.CopyTo(_spool.AsMemory(_spooled));
            _spooled += piece.Length;
        }

        Ended = true;
    }
}
