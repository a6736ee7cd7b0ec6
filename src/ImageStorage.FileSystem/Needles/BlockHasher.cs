using System.Buffers;
using System.IO.Hashing;

namespace ImageStorage.FileSystem.Needles;

/// <summary>Hashes a payload block by block as it comes, in pieces that need not be blocks.</summary>
internal sealed class BlockHasher : IDisposable
{
    // One state is kept for the next save; a second one at the same time is made anew.
    private static XxHash128? _spare;

    private byte[] _table = ArrayPool<byte>.Shared.Rent(64 * NeedleFormat.HashLength);
    private int _tableLength;
    private XxHash128? _open;
    private int _openLength;

    public void Append(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            if (_openLength == 0 && piece.Length >= NeedleFormat.BlockLength)
            {
                XxHash128.Hash(piece[..NeedleFormat.BlockLength], NextEntry());
                piece = piece[NeedleFormat.BlockLength..];
                continue;
            }

            var part = piece[..Math.Min(piece.Length, NeedleFormat.BlockLength - _openLength)];
            (_open ??= Interlocked.Exchange(ref _spare, null) ?? new XxHash128()).Append(part);
            _openLength += part.Length;
            piece = piece[part.Length..];
            if (_openLength == NeedleFormat.BlockLength)
            {
                Close();
            }
        }
    }

    /// <summary>The table, once all pieces have come.</summary>
    public ReadOnlySpan<byte> Complete()
    {
        if (_openLength > 0)
        {
            Close();
        }

        return _table.AsSpan(0, _tableLength);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_table);
        if (_open is { } open && _spare is null)
        {
            open.Reset();
            _spare = open;
        }
    }

    private void Close()
    {
        _open!.GetHashAndReset(NextEntry());
        _openLength = 0;
    }

    private Span<byte> NextEntry()
    {
        if (_tableLength + NeedleFormat.HashLength > _table.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_table.Length * 2);
            _table.AsSpan(0, _tableLength).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_table);
            _table = larger;
        }

        var entry = _table.AsSpan(_tableLength, NeedleFormat.HashLength);
        _tableLength += NeedleFormat.HashLength;
        return entry;
    }
}
