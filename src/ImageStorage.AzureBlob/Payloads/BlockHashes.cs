using System.Buffers;
using System.IO.Hashing;

namespace ImageStorage.AzureBlob.Payloads;

/// <summary>
/// The hashes of a payload: XXH128 of each block of 128 KiB. Every byte is checked before it is returned, in range
/// reads too. The hashes follow the bytes of the payload; the hash of the hashes is in the record.
/// </summary>
internal sealed class BlockHashes : IDisposable
{
    public const int BlockShift = 17;
    public const int BlockLength = 1 << BlockShift;
    public const int HashLength = 16;

    private readonly XxHash128 _open = new();
    private byte[] _table = ArrayPool<byte>.Shared.Rent(64 * HashLength);
    private int _tableLength;
    private int _openLength;

    /// <summary>Returns the size of the hashes of a payload in bytes.</summary>
    public static int TableLength(long payloadLength) => checked((int)((payloadLength + BlockLength - 1) >> BlockShift) * HashLength);

    /// <summary>Returns whether a block matches its hash in the table.</summary>
    public static bool IsSound(ReadOnlySpan<byte> block, ReadOnlySpan<byte> table, long index)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        XxHash128.Hash(block, hash);
        return hash.SequenceEqual(table.Slice((int)index * HashLength, HashLength));
    }

    /// <summary>Appends bytes of the payload.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, BlockLength - _openLength)];
            _open.Append(part);
            _openLength += part.Length;
            bytes = bytes[part.Length..];
            if (_openLength == BlockLength)
            {
                Close();
            }
        }
    }

    /// <summary>Returns the table after the last byte; valid until disposal.</summary>
    public ReadOnlyMemory<byte> Complete()
    {
        if (_openLength > 0)
        {
            Close();
        }

        return _table.AsMemory(0, _tableLength);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_table);
        _table = [];
    }

    private void Close()
    {
        if (_tableLength + HashLength > _table.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_table.Length * 2);
            _table.AsSpan(0, _tableLength).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_table);
            _table = larger;
        }

        _open.GetHashAndReset(_table.AsSpan(_tableLength));
        _tableLength += HashLength;
        _openLength = 0;
    }
}
