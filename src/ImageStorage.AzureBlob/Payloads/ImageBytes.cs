using System.Buffers;
using Azure;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Records;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob.Payloads;

/// <summary>
/// The bytes of an image, or a range of the bytes. A small image is in memory, complete and checked. A large image is
/// read block by block, and each block is checked before a byte of the block is returned.
/// </summary>
internal sealed class ImageBytes : ImageBlockStream
{
    private readonly ImageKey _key;
    private readonly ReadOnlyMemory<byte> _table;
    private readonly PayloadSource? _source;

    /// <summary>Creates a stream of bytes in memory. The stream returns the buffer to the pool.</summary>
    public ImageBytes(ImageKey key, ResolvedRange range, byte[] buffer, int length)
        : base(range, length, BlockHashTable.BlockLength, buffer, length) => _key = key;

    /// <summary>Creates a stream of a payload. The stream disposes of the source.</summary>
    public ImageBytes(ImageKey key, ResolvedRange range, PayloadSource source, long storedLength, ReadOnlyMemory<byte> table)
        : base(range, storedLength, BlockHashTable.BlockLength, ArrayPool<byte>.Shared.Rent(BlockHashTable.BlockLength)) => (_key, _source, _table) = (key, source, table);

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
        if (read != block.Length || !BlockHashTable.IsSound(_table.Span, start, block))
        {
            throw RecordEnvelope.Damaged(_key, read == block.Length ? $"the bytes {start} to {start + block.Length - 1} do not match their hash" : "its payload is truncated");
        }
    }

    private Exception Failed(Exception exception) => exception is RequestFailedException missing && missing.IsBlobMissing()
        ? RecordEnvelope.Missing(_key, "its payload is missing", "Read the image again: it may have been replaced during the read, longer ago than AzureBlob.ReplacedContentRetention.", exception)
        : exception is RequestFailedException { Status: 416 } ? RecordEnvelope.Damaged(_key, "its payload is truncated", inner: exception)
        : AzureErrors.Translate(exception, "reading", _key);
}
