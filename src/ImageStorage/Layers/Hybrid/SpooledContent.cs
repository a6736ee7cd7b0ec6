using System.Buffers;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>
/// Content of unknown length that is read ahead up to a limit, to determine whether it ends before, and is then read
/// from its beginning.
/// </summary>
internal sealed class SpooledContent : DelegatingImageContent, IDisposable
{
    private readonly byte[] _spool;
    private int _spooled;
    private ReadOnlyMemory<byte> _next;
    private bool _isSpoolReturned;

    private SpooledContent(ImageContent source, int limit)
        : base(source) => _spool = ArrayPool<byte>.Shared.Rent(Math.Max(1, limit));

    /// <summary>Gets a value that indicates whether the source ended within the limit.</summary>
    public bool HasEnded { get; private set; }

    // The source may state its length at its end.
    public override long? Length => Inner.Length ?? (HasEnded ? _spooled : null);

    public override bool CanRewind => HasEnded || Inner.CanRewind;

    /// <summary>Reads ahead. The result holds a pooled buffer of the size of the limit until it is disposed.</summary>
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
        if (!_isSpoolReturned)
        {
            _isSpoolReturned = true;
            if (_spooled > 0)
            {
                return _spool.AsMemory(0, _spooled);
            }
        }

        if (!_next.IsEmpty)
        {
            // The piece still belongs to the source, because the source was not read again.
            var piece = _next;
            _next = default;
            return piece;
        }

        return HasEnded ? default : await Inner.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask RewindAsync(CancellationToken cancellationToken = default)
    {
        if (HasEnded)
        {
            _isSpoolReturned = false;
            return default;
        }

        // The source returns also the bytes of the spool again.
        (_isSpoolReturned, _next) = (true, default);
        return Inner.RewindAsync(cancellationToken);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_spool);

    private async ValueTask FillAsync(int limit, CancellationToken cancellationToken)
    {
        while (await Inner.ReadAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            if (piece.Length > limit - _spooled)
            {
                _next = piece;
                return;
            }

            piece.CopyTo(_spool.AsMemory(_spooled));
            _spooled += piece.Length;
        }

        HasEnded = true;
    }
}
