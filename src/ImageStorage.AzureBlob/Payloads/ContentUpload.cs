using System.Buffers;
using System.IO.Hashing;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ImageStorage.AzureBlob.Naming;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob.Payloads;

/// <summary>
/// The bytes of a save: a small image in one pooled buffer, a large image staged as blocks of a payload. The service
/// drops uncommitted blocks after a week.
/// </summary>
internal sealed class ContentUpload : IDisposable
{
    private readonly BlobStore _store;
    private readonly PayloadSweeper _sweeper;
    private readonly AzureBlobStorageOptions _options;
    private readonly ImageKey _key;
    private readonly List<string> _blocks = [];
    private byte[] _buffer;
    private int _filled;
    private BlockHashTable? _hashes;
    private BlockBlobClient? _payload;

    public ContentUpload(BlobStore store, PayloadSweeper sweeper, AzureBlobStorageOptions options, ImageKey key)
    {
        _store = store;
        _sweeper = sweeper;
        _options = options;
        _key = key;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(options.SingleRequestThreshold, options.BlockLength));
    }

    /// <summary>Gets the payload of a large image; null when the bytes fit into the image blob.</summary>
    public Guid? Payload { get; private set; }

    /// <summary>Gets the number of bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Gets the value of <see cref="Records.ImageRecord.StoredHash"/>.</summary>
    public UInt128 Hash { get; private set; }

    /// <summary>Gets the body of the image blob.</summary>
    public Stream Body => Payload is null ? new MemoryStream(_buffer, 0, _filled, writable: false) : new MemoryStream([], writable: false);

    private int Capacity => Math.Max(_options.SingleRequestThreshold, _options.BlockLength);

    /// <summary>Reads the content, and stages the blocks of a large image.</summary>
    public async Task ReadAsync(ImageContent content, CancellationToken cancellationToken)
    {
        while (await content.ReadAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            Length += piece.Length;
            while (!piece.IsEmpty)
            {
                if (_filled == Capacity)
                {
                    await StageBufferAsync(cancellationToken).ConfigureAwait(false);
                }

                var part = piece[..Math.Min(piece.Length, Capacity - _filled)];
                part.CopyTo(_buffer.AsMemory(_filled));
                _filled += part.Length;
                piece = piece[part.Length..];
            }
        }

        if (_payload is null && _filled <= _options.SingleRequestThreshold)
        {
            Hash = XxHash128.HashToUInt128(_buffer.AsSpan(0, _filled));
            return;
        }

        await StageBufferAsync(cancellationToken).ConfigureAwait(false);
        var table = _hashes!.Complete();
        Hash = XxHash128.HashToUInt128(table);
        table.CopyTo(Room(table.Length).Span);
        _filled = table.Length;
        await StageAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a sweep entry, in case no image will name the payload, and commits the payload.</summary>
    public async Task CommitPayloadAsync()
    {
        await _sweeper.AddEntryAsync(Payload!.Value, _key).ConfigureAwait(false);
        var options = new CommitBlockListOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            AccessTier = _options.AccessTier,
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/octet-stream" },
            Metadata = KeyText.MetadataOf(_key),
        };
        try
        {
            await _payload!.CommitBlockListAsync(_blocks, options, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (Errors.AzureErrors.IsConditionNotMet(exception))
        {
            // No other caller knows this name: an earlier attempt took effect, and its response was lost.
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _hashes?.Dispose();
    }

    private async Task StageBufferAsync(CancellationToken cancellationToken)
    {
        if (_payload is null)
        {
            Payload = Guid.CreateVersion7();
            _payload = _store.Blob(_store.Layout.OfPayload(Payload.Value));
            _hashes = new BlockHashTable();
        }

        _hashes!.Append(_buffer.AsSpan(0, _filled));
        await StageAsync(cancellationToken).ConfigureAwait(false);
        _filled = 0;
    }

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        var id = Convert.ToBase64String(BitConverter.GetBytes(_blocks.Count));
        var options = new BlockBlobStageBlockOptions { TransferValidation = BlobStore.Checked };
        await _store.WriteAsync(() => _payload!.StageBlockAsync(id, new MemoryStream(_buffer, 0, _filled, writable: false), options, cancellationToken)).ConfigureAwait(false);
        _blocks.Add(id);
    }

    private Memory<byte> Room(int length)
    {
        if (length > _buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(length);
        }

        return _buffer;
    }
}
