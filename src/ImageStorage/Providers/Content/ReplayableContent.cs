using System.Buffers;

namespace ImageStorage.Providers;

/// <summary>
/// Makes content that can be read only once repeatable, by a temporary file that is written while the content is read.
/// Beyond a limit, or if the file cannot be written, the content continues without the file and can be read only once.
/// </summary>
internal sealed class ReplayableContent(ImageContent source, long limit) : DelegatingImageContent(source), IAsyncDisposable
{
    private const int PieceLength = 64 * 1024;

    private FileStream? _spool;
    private byte[]? _piece;
    private long _spooled;
    private long _position;
    private bool _hasStopped;

    public override bool CanRewind => !_hasStopped;

    /// <summary>Returns the content itself if it can be read again, or else a replayable content around it.</summary>
    public static ImageContent For(ImageContent content, long limit) => content.CanRewind ? content : new ReplayableContent(content, limit);

    public override ValueTask RewindAsync(CancellationToken cancellationToken = default)
    {
        if (_hasStopped)
        {
            throw new NotSupportedException("This content can be read only once: check CanRewind before.");
        }

        _position = 0;
        return default;
    }

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_position < _spooled)
        {
            _piece ??= ArrayPool<byte>.Shared.Rent(PieceLength);
            var count = (int)Math.Min(_piece.Length, _spooled - _position);
            _spool!.Position = _position;
            await _spool.ReadExactlyAsync(_piece.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            _position += count;
            return _piece.AsMemory(0, count);
        }

        var piece = await Inner.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!piece.IsEmpty && !_hasStopped)
        {
            await KeepAsync(piece, cancellationToken).ConfigureAwait(false);
        }

        return piece;
    }

    public async ValueTask DisposeAsync()
    {
        _hasStopped = true;
        if (_piece is { } piece)
        {
            _piece = null;
            ArrayPool<byte>.Shared.Return(piece);
        }

        if (_spool is { } spool)
        {
            _spool = null;
            await spool.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask KeepAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (piece.Length > limit - _spooled)
        {
            _hasStopped = true;
            return;
        }

        try
        {
            _spool ??= OpenSpool();
            await RandomAccess.WriteAsync(_spool.SafeFileHandle, piece, _spooled, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The save continues. Only a retry is no longer possible, and a retry reports that.
            _hasStopped = true;
            return;
        }
        catch
        {
            // An incomplete piece must not be replayed.
            _hasStopped = true;
            throw;
        }

        _spooled += piece.Length;
        _position = _spooled;
    }

    private static FileStream OpenSpool()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(Path.GetTempPath(), $"imagestorage-{Guid.NewGuid():N}.spool"), options);
    }
}
