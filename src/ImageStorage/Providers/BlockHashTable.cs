using System.Buffers;
using System.IO.Hashing;

namespace ImageStorage.Providers;

/// <summary>
/// The hashes of a payload, made from pieces of any length while the payload arrives: XXH128 of each block of 128 KiB,
/// the last block may be shorter. A provider stores the table beside the payload and checks each block before a byte of
/// the block is returned, in range reads too. A single hash over the payload would reveal damage only at the end, after
/// damaged bytes were returned.
/// </summary>
/// <remarks>For one caller at a time. The table is in a pooled buffer until <see cref="Dispose"/>.</remarks>
public sealed class BlockHashTable : IDisposable
{
    /// <summary>The binary logarithm of the length of a block.</summary>
    public const int BlockShift = 17;

    /// <summary>The length of each block except the last, in bytes.</summary>
    public const int BlockLength = 1 << BlockShift;

    /// <summary>The length of a hash in the table, in bytes; the hash is big-endian.</summary>
    public const int HashLength = 16;

    // One hash state is kept for the next payload. Concurrent payloads create their own.
    private static XxHash128? _spare;

    private byte[] _table = ArrayPool<byte>.Shared.Rent(64 * HashLength);
    private int _tableLength;
    private XxHash128? _open;
    private int _openLength;

    /// <summary>Returns the length of the table of a payload, in bytes.</summary>
    /// <param name="payloadLength">The length of the payload in bytes.</param>
    public static long LengthOf(long payloadLength) => ((payloadLength + BlockLength - 1) >> BlockShift) * HashLength;

    /// <summary>Returns whether a block matches its hash in the table.</summary>
    /// <param name="table">The table of the payload.</param>
    /// <param name="start">The position of the block in the payload, a multiple of <see cref="BlockLength"/>.</param>
    /// <param name="block">All bytes of the block.</param>
    public static bool IsSound(ReadOnlySpan<byte> table, long start, ReadOnlySpan<byte> block)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        XxHash128.Hash(block, hash);
        return hash.SequenceEqual(table.Slice((int)(start >> BlockShift) * HashLength, HashLength));
    }

    /// <summary>Appends the next piece of the payload.</summary>
    /// <param name="piece">The bytes.</param>
    public void Append(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            if (_openLength == 0 && piece.Length >= BlockLength)
            {
                XxHash128.Hash(piece[..BlockLength], NextEntry());
                piece = piece[BlockLength..];
                continue;
            }

            var part = piece[..Math.Min(piece.Length, BlockLength - _openLength)];
            (_open ??= Interlocked.Exchange(ref _spare, null) ?? new XxHash128()).Append(part);
            _openLength += part.Length;
            piece = piece[part.Length..];
            if (_openLength == BlockLength)
            {
                Close();
            }
        }
    }

    /// <summary>Completes the last block and returns the table, which is valid until <see cref="Dispose"/>.</summary>
    /// <returns>The hashes of all blocks.</returns>
    public ReadOnlySpan<byte> Complete()
    {
        if (_openLength > 0)
        {
            Close();
        }

        return _table.AsSpan(0, _tableLength);
    }

    /// <summary>Returns the pooled buffer.</summary>
    public void Dispose()
    {
        if (_table.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_table);
            (_table, _tableLength) = ([], 0);
        }

        if (_open is { } open)
        {
            _open = null;
            open.Reset();
            _spare ??= open;
        }
    }

    private void Close()
    {
        _open!.GetHashAndReset(NextEntry());
        _openLength = 0;
    }

    private Span<byte> NextEntry()
    {
        if (_tableLength + HashLength > _table.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_table.Length * 2);
            _table.AsSpan(0, _tableLength).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_table);
            _table = larger;
        }

        var entry = _table.AsSpan(_tableLength, HashLength);
        _tableLength += HashLength;
        return entry;
    }
}
