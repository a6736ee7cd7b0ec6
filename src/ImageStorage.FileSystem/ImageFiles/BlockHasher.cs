using System.Buffers;
using System.IO.Hashing;

namespace ImageStorage.FileSystem.ImageFiles;

/// <summary>Hashes a payload block by block while it arrives in pieces of any length.</summary>
internal sealed class BlockHasher : IDisposable
{
    // One hash state is kept for the next save. Concurrent saves create their own.
    private static XxHash128? _spare;

    private byte[] _table = ArrayPool<byte>.Shared.Rent(64 * ImageFileFormat.HashLength);
    private int _tableLength;
    private XxHash128? _open;
    private int _openLength;

    public void Append(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            if (_openLength == 0 && piece.Length >= ImageFileFormat.BlockLength)
            {
                XxHash128.Hash(piece[..ImageFileFormat.BlockLength], NextEntry());
                piece = piece[ImageFileFormat.BlockLength..];
                continue;
            }

            var part = piece[..Math.Min(piece.Length, ImageFileFormat.BlockLength - _openLength)];
            (_open ??= Interlocked.Exchange(ref _spare, null) ?? new XxHash128()).Append(part);
            _openLength += part.Length;
            piece = piece[part.Length..];
            if (_openLength == ImageFileFormat.BlockLength)
            {
                Close();
            }
        }
    }

    /// <summary>Completes the last block and returns the table of hashes.</summary>
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
        if (_tableLength + ImageFileFormat.HashLength > _table.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_table.Length * 2);
            _table.AsSpan(0, _tableLength).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_table);
            _table = larger;
        }

        var entry = _table.AsSpan(_tableLength, ImageFileFormat.HashLength);
        _tableLength += ImageFileFormat.HashLength;
        return entry;
    }
}
