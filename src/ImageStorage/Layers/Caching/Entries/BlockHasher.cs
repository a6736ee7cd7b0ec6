using System.IO.Hashing;

namespace ImageStorage.Caching.Entries;

/// <summary>Hashes a payload block by block, from pieces of any length.</summary>
internal sealed class BlockHasher
{
    private readonly XxHash128 _open = new();
    private int _openLength;
    private int _entry;

    /// <summary>Appends a piece and writes the hash of each completed block.</summary>
    public void Append(ReadOnlySpan<byte> piece, Span<byte> table)
    {
        while (!piece.IsEmpty)
        {
            if (_openLength == 0 && piece.Length >= EntryFormat.BlockLength)
            {
                XxHash128.Hash(piece[..EntryFormat.BlockLength], table.Slice(_entry++ * EntryFormat.HashLength, EntryFormat.HashLength));
                piece = piece[EntryFormat.BlockLength..];
                continue;
            }

            var part = piece[..Math.Min(piece.Length, EntryFormat.BlockLength - _openLength)];
            _open.Append(part);
            _openLength += part.Length;
            piece = piece[part.Length..];
            if (_openLength == EntryFormat.BlockLength)
            {
                Complete(table);
            }
        }
    }

    /// <summary>Writes the hash of an incomplete last block.</summary>
    public void Complete(Span<byte> table)
    {
        if (_openLength > 0)
        {
            _open.GetHashAndReset(table.Slice(_entry++ * EntryFormat.HashLength, EntryFormat.HashLength));
            _openLength = 0;
        }
    }
}
