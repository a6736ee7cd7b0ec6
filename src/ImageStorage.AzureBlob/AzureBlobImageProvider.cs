using System.Buffers;
using System.IO.Hashing;
using Azure;
using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Documents;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Index;
using ImageStorage.AzureBlob.Payloads;
using ImageStorage.AzureBlob.Records;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.AzureBlob;

/// <summary>
/// Stores images in a container of Azure Blob Storage: one image is one blob, whose metadata hold the record, committed
/// by one request. Any number of processes may open the same container. Thread-safe. See docs/design/azure-blob.md.
/// </summary>
/// <remarks>
/// Requests for an image up to <see cref="AzureBlobStorageOptions.SingleRequestThreshold"/>: save of a new image 1, and
/// 1 for the index at the same time; read or info 1; update 2, and 1 for the index at the same time; delete 3. A page
/// by key is 1, a page by time is 1 and 1 for each image, several at the same time; usage is 1 for each 1,000 images.
/// </remarks>
public sealed partial class AzureBlobImageProvider : IImageProvider, IVerifiableProvider, IImageWalk, IStoreLocationProvider
{
    internal const string ProviderName = "AzureBlob";
    private const long MaxContentLength = 4L << 30;

    private readonly BlobStore _store;
    private readonly AzureBlobStorageOptions _options;
    private readonly CreatedIndex _index;
    private readonly PayloadSweeper _sweeper;
    private readonly ReadUrlSigner _signer;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    /// <summary>Creates a provider without sending a request.</summary>
    /// <param name="options">The options.</param>
    /// <param name="timeProvider">
    /// The clock of creation and modification times; null for the clock of the system.
    /// </param>
    /// <param name="loggerFactory">Receives warnings about damaged images in listings; null for no log.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are invalid.</exception>
    public AzureBlobImageProvider(AzureBlobStorageOptions options, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<AzureBlobImageProvider>();
        _store = new BlobStore(options, _logger);
        _index = new CreatedIndex(_store);
        _sweeper = new PayloadSweeper(_store, options, _timeProvider, _logger);
        _signer = new ReadUrlSigner(_store, _timeProvider);
        Documents = new BlobDocumentStore(_store);
    }

    /// <inheritdoc/>
    public string Name => ProviderName;

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        MaxContentLength = MaxContentLength,
        MaxMetadataBytes = RecordEnvelope.MaxTextBytes,
        NativeOrders = [ImageOrder.CreatedDescending, ImageOrder.KeyAscending],
        RangeRead = true,
        MultiProcess = true,
        Durable = true,
        RetainsVersions = true,
        ReadUrls = true,
        StorageTiers = true,
    };

    /// <inheritdoc/>
    public IDocumentStore Documents { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Locations => [$"{_store.Container.Uri.GetLeftPart(UriPartial.Path)}/{_store.Layout.Root}"];

    /// <summary>Gets the sweeper, for tests.</summary>
    internal PayloadSweeper Sweeper => _sweeper;

    /// <inheritdoc/>
    public async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        var name = _store.Layout.OfImage(key);
        try
        {
            while (true)
            {
                var response = await _store.ReadAsync(() => _store.Blob(name).DownloadStreamingAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
                if (response is null)
                {
                    return options?.IfMatch is null ? null : throw ProviderErrors.Conflict(key, Name, null);
                }

                var image = await OpenAsync(key, options, response.Value, cancellationToken).ConfigureAwait(false);
                if (image is not null)
                {
                    return image;
                }
            }
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "reading", key);
        }
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        var blob = _store.Blob(_store.Layout.OfImage(key));
        try
        {
            var response = await _store.ReadAsync(() => blob.GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
            return response is null ? null : RecordEnvelope.Decode(key, response.Value.Metadata).Info;
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "reading", key);
        }
    }

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken = default) => ProviderProbe.RunAsync(this, cancellationToken);

    /// <inheritdoc/>
    public TAbility? GetAbility<TAbility>()
        where TAbility : class => this as TAbility;

    /// <inheritdoc/>
    public void Dispose() => _store.Close();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Returns the index entry of an image.</summary>
    internal static IndexEntry EntryOf(ImageRecord record) => new(record.Info.CreatedAt, record.Info.Key, record.EntryId);

    /// <summary>Throws when a precondition does not hold.</summary>
    internal static void Check(ImageKey key, Precondition? precondition, ImageVersion? current)
    {
        // An image with a damaged record exists, in a version that no caller can expect.
        if (precondition is not null && (current is null ? !precondition.IsSatisfiedBy(null) : current.Record is null || !precondition.IsSatisfiedBy(current.Record.Info.ETag)))
        {
            throw current is { Record: null }
                ? new ImageConflictException($"The precondition on image '{key}' does not hold in {ProviderName}: the stored image is damaged. Nothing was changed; save or delete the image without a precondition.") { Key = key, Provider = ProviderName }
                : ProviderErrors.Conflict(key, ProviderName, current?.Record?.Info.ETag);
        }
    }

    /// <summary>
    /// Reads the state of an image blob; null when there is no image. A damaged record must not prevent a replacement
    /// or delete.
    /// </summary>
    internal async Task<ImageVersion?> FindAsync(ImageKey key, CancellationToken cancellationToken)
    {
        var blob = _store.Blob(_store.Layout.OfImage(key));
        var response = await _store.ReadAsync(() => blob.GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (response is null)
        {
            return null;
        }

        try
        {
            return new ImageVersion(RecordEnvelope.Decode(key, response.Value.Metadata), response.Value.ETag, response.Value.Metadata);
        }
        catch (ImageCorruptedException exception)
        {
            Log.DamagedReplaced(_logger, key, exception);
            return new ImageVersion(null, response.Value.ETag, response.Value.Metadata);
        }
    }

    // Modification times of an image increase, even when the clock is set back.
    internal DateTimeOffset NowAfter(ImageInfo? existing)
    {
        var now = _timeProvider.GetUtcNow();
        return existing is not null && now <= existing.ModifiedAt ? existing.ModifiedAt.AddTicks(1) : now;
    }

    /// <summary>Removes an unused index entry. A failure is logged; an entry without an image is harmless.</summary>
    internal async Task TryRemoveAsync(IndexEntry entry)
    {
        try
        {
            await _index.RemoveAsync(entry).ConfigureAwait(false);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, CancellationToken.None))
        {
            Log.RemovalFailed(_logger, exception);
        }
    }

    /// <summary>
    /// Opens an image from a response; null when the image was replaced meanwhile and must be read again.
    /// </summary>
    private async Task<StoredImage?> OpenAsync(ImageKey key, GetOptions? options, BlobDownloadStreamingResult result, CancellationToken cancellationToken)
    {
        await using var body = result.Content.ConfigureAwait(false);
        var record = RecordEnvelope.Decode(key, result.Details.Metadata);
        if (options?.IfMatch is { } expected && expected != record.Info.ETag)
        {
            throw ProviderErrors.Conflict(key, Name, record.Info.ETag);
        }

        var range = options?.Range?.Resolve(key, record.StoredLength) ?? new ResolvedRange(0, record.StoredLength);
        try
        {
            var bytes = record.Payload is { } payload
                ? await OpenPayloadAsync(key, record, payload, range, cancellationToken).ConfigureAwait(false)
                : await ReadCompleteAsync(key, record, range, result, cancellationToken).ConfigureAwait(false);
            return new StoredImage(record.Info, bytes, range);
        }
        catch (RequestFailedException exception) when (exception.IsConditionNotMet())
        {
            // The connection broke, and the client found another version when it continued.
            return null;
        }
        catch (RequestFailedException exception) when (record.Payload is not null && (exception.IsBlobMissing() || exception.Status == 416))
        {
            return (await FindAsync(key, cancellationToken).ConfigureAwait(false))?.Record?.Payload == record.Payload
                ? throw (exception.Status == 416 ? RecordEnvelope.Damaged(key, "its payload is truncated", inner: exception) : RecordEnvelope.Missing(key, "its payload is missing", inner: exception))
                : null;
        }
    }

    private static async Task<ImageBytes> ReadCompleteAsync(ImageKey key, ImageRecord record, ResolvedRange range, BlobDownloadStreamingResult result, CancellationToken cancellationToken)
    {
        if (result.Details.ContentLength != record.StoredLength || record.StoredLength > Array.MaxLength)
        {
            throw RecordEnvelope.Damaged(key, $"its blob has {result.Details.ContentLength} bytes, its record says {record.StoredLength}");
        }

        var length = (int)record.StoredLength;
        byte[]? buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var read = await result.Content.ReadAtLeastAsync(buffer.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read != length || XxHash128.HashToUInt128(buffer.AsSpan(0, length)) != record.StoredHash)
            {
                throw RecordEnvelope.Damaged(key, "its bytes do not match their hash");
            }

            var bytes = new ImageBytes(key, range, buffer, length);
            buffer = null;
            return bytes;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private async Task<ImageBytes> OpenPayloadAsync(ImageKey key, ImageRecord record, Guid payload, ResolvedRange range, CancellationToken cancellationToken)
    {
        var blob = _store.Blob(_store.Layout.OfPayload(payload));
        var table = new byte[BlockHashTable.LengthOf(record.StoredLength)];
        using (var tail = new PayloadSource(blob))
        {
            var read = await tail.ReadAsync(record.StoredLength, table, record.StoredLength + table.Length, cancellationToken).ConfigureAwait(false);
            if (read != table.Length || XxHash128.HashToUInt128(table) != record.StoredHash)
            {
                throw RecordEnvelope.Damaged(key, "the hashes of its payload do not match their own hash, or are truncated");
            }
        }

        return new ImageBytes(key, range, new PayloadSource(blob), record.StoredLength, table);
    }
}
