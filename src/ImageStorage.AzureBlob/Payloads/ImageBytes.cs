using System.Buffers;
using Azure;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Records;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob.Payloads;

/// <summary>
/// The bytes of an image, or a range of them, as a stream. A small image is in memory, whole and checked; of a larger one a
/// block at a time is, checked before any byte of it is handed out.
/// </summary>
internal sealed class ImageBytes : ImageBlockStream
{
    private readonly ImageKey _key;
    private readonly ReadOnlyMemory<byte> _table;
    private readonly PayloadSource? _source;

    /// <summary>Bytes that are in memory; the buffer, from the pool, is owned from now on.</summary>
    public ImageBytes(ImageKey key, ResolvedRange range, byte[] buffer, int length)
        : base(range, length, BlockHashes.BlockLength, buffer, length) => _key = key;

    /// <summary>Bytes that are read from a payload, owned from now on.</summary>
    public ImageBytes(ImageKey key, ResolvedRange range, PayloadSource source, long storedLength, ReadOnlyMemory<byte> table)
        : base(range, storedLength, BlockHashes.BlockLength, ArrayPool<byte>.Shared.Rent(BlockHashes.BlockLength)) => (_key, _source, _table) = (key, source, table);

    protected override void Load(long start, Span<byte> block)
    {
        try
        {
            Check(start, block, _source!.Read(start, block, LastBlockEnd));
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, CancellationToken.None))
        {
            throw Failed(exception);
        }
    }

    protected override async ValueTask LoadAsync(long start, Memory<byte> block, bool mayBlock, CancellationToken cancellationToken)
    {
        try
        {
            var read = await _source!.ReadAsync(start, block, LastBlockEnd, cancellationToken).ConfigureAwait(false);
            Check(start, block.Span, read);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw Failed(exception);
        }
    }

    protected override void CloseSource() => _source?.Dispose();

    private void Check(long start, ReadOnlySpan<byte> block, int read)
    {
        if (read != block.Length || !BlockHashes.IsSound(block, _table.Span, start >> BlockHashes.BlockShift))
        {
            throw RecordCodec.Damaged(_key, read == block.Length ? $"the bytes {start} to {start + block.Length - 1} do not match their hash" : "its payload is cut short");
        }
    }

    private Exception Failed(Exception exception) => exception is RequestFailedException missing && missing.IsBlobMissing()
        ? RecordCodec.Damaged(_key, "its payload is gone", "Read it again: it may have been replaced while it was read, longer ago than AzureBlob.ReplacedContentRetention.", exception)
        : exception is RequestFailedException { Status: 416 } ? RecordCodec.Damaged(_key, "its payload is cut short", inner: exception)
        : AzureErrors.Translate(exception, "reading", _key);
}
