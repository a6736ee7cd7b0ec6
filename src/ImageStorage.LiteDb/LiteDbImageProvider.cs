using ImageStorage.LiteDb.Chunks;
using ImageStorage.LiteDb.Documents;
using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Records;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.LiteDb;

/// <summary>
/// Stores images in one LiteDB database, which one process at a time may have open. An image is a record and chunks,
/// committed by one transaction that is read back and flushed before the acknowledgement. Thread-safe. See
/// docs/design/litedb.md.
/// </summary>
/// <remarks>
/// Cost: a save writes its bytes to the log, flushes once (concurrent saves share the flush), and later writes the
/// bytes into the database. A read, an info or a delete is a few lookups; a page in any order costs the page. All work
/// is serialized, so reads wait for writes. LiteDB keeps about 14 MB of pages in memory and allocates an array for each
/// chunk that is read.
/// </remarks>
public sealed partial class LiteDbImageProvider : IImageProvider, IVerifiableProvider, IStoreLocationProvider, IStorageSpace
{
    internal const string ProviderName = "LiteDb";
    private const int MaxMetadataBytes = 64 << 10;

    private readonly LiteStore _store;
    private readonly int _chunkBytes;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    /// <summary>Creates a provider. The first call opens the database and excludes other owners.</summary>
    /// <param name="options">The options.</param>
    /// <param name="timeProvider">
    /// The clock of creation and modification times; null for the clock of the system.
    /// </param>
    /// <param name="loggerFactory">Receives warnings about damage and background failures; null for no log.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are invalid.</exception>
    public LiteDbImageProvider(LiteDbStorageOptions options, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
        : this(options, FilesOf(options), timeProvider, loggerFactory) => Locations = [Path.GetFullPath(LiteDbLocation.FileOf(options.Path))];

    internal LiteDbImageProvider(LiteDbStorageOptions options, IStoreFiles files, TimeProvider? timeProvider, ILoggerFactory? loggerFactory = null)
    {
        _timeProvider = timeProvider ?? TimeProvider.System;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<LiteDbImageProvider>();
        _chunkBytes = options.ChunkBytes;
        _store = new LiteStore(files, options, _logger);
        Documents = new LiteDbDocumentStore(_store);
        Capabilities = new ProviderCapabilities
        {
            MaxContentLength = options.MaxLength,
            MaxMetadataBytes = MaxMetadataBytes,
            NativeOrders = [ImageOrder.CreatedDescending, ImageOrder.CreatedAscending, ImageOrder.KeyAscending],
            RangeRead = true,
            MultiProcess = false,
            Durable = true,
            RetainsVersions = true,
        };
    }

    /// <inheritdoc/>
    public string Name => ProviderName;

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public IDocumentStore Documents { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Locations { get; } = [];

    /// <summary>Gets the open store, for tests.</summary>
    internal LiteStore Store => _store;

    /// <inheritdoc/>
    public async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        var id = KeyBytes.Of(key);
        return await TranslateAsync("reading", key, _store.ReadAsync(session => OpenRead(session, key, id, options), cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        var id = KeyBytes.Of(key);
        return await TranslateAsync("reading", key, _store.ReadAsync(session => FindRecord(session, id)?.Info, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            // In batches, so that the first count of a large store does not block other callers.
            var usage = await TranslateAsync("counting", null, _store.ReadAsync(
                session => _store.Usage.CountSome(session) ? new StorageUsage { Count = _store.Usage.Count, Bytes = _store.Usage.Bytes, StoredBytes = _store.Usage.StoredBytes, Unlisted = _store.Usage.Unlisted, AvailableBytes = _store.AvailableBytes } : null,
                cancellationToken)).ConfigureAwait(false);
            if (usage is not null)
            {
                return usage;
            }
        }
    }

    /// <inheritdoc/>
    public Task<long?> GetAvailableBytesAsync(CancellationToken cancellationToken = default) =>
        TranslateAsync("measuring the free space", null, _store.ReadAsync(_ => _store.AvailableBytes, cancellationToken));

    /// <inheritdoc/>
    public Task<long?> GetTotalBytesAsync(CancellationToken cancellationToken = default) =>
        TranslateAsync("measuring the medium", null, _store.ReadAsync(_ => _store.TotalBytes, cancellationToken));

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken = default) => ProviderProbe.RunAsync(this, cancellationToken);

    /// <inheritdoc/>
    public TAbility? GetAbility<TAbility>()
        where TAbility : class => this as TAbility;

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static PhysicalStoreFiles FilesOf(LiteDbStorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        LiteDbStorageOptionsValidator.ThrowIfInvalid(options);
        return new PhysicalStoreFiles(LiteDbLocation.FileOf(options.Path));
    }

    private static StoredRecord? FindRecord(LiteSession? session, byte[] id) =>
        session is not null && ImageTable.Find(session, id) is { } document ? ImageTable.RecordOf(document) : null;

    private StoredImage? OpenRead(LiteSession? session, ImageKey key, byte[] id, GetOptions? options)
    {
        var record = FindRecord(session, id);
        if (record is null && options?.IfMatch is not null)
        {
            throw ProviderErrors.Conflict(key, Name, null);
        }

        return record is null ? null : Open(session, key, record, options);
    }

    private StoredImage Open(LiteSession? session, ImageKey key, StoredRecord record, GetOptions? options)
    {
        if (options?.IfMatch is { } expected && expected != record.Info.ETag)
        {
            throw ProviderErrors.Conflict(key, Name, record.Info.ETag);
        }

        var length = record.StoredLength;
        var range = options?.Range?.Resolve(key, length) ?? new ResolvedRange(0, length);
        var first = (int)(range.Offset / record.ChunkBytes);
        var count = range.Length == 0 ? 0 : (int)((range.Offset + range.Length - 1) / record.ChunkBytes) - first + 1;
        if (count <= ChunkStream.ChunksAtOnce(record.ChunkBytes))
        {
            return new StoredImage(record.Info, new ChunkStream(record.ChunkBytes, record.ChunkCount, range, ChunkReader.Read(session!, record, first, count), first, null), range);
        }

        _store.Pins.Pin(record.Version);
        var source = new ChunkSource(_store, record, _store.Generation);
        return new StoredImage(record.Info, new ChunkStream(record.ChunkBytes, record.ChunkCount, range, [], 0, source), range);
    }

    // Modification times of an image increase, even when the clock is set back.
    private DateTimeOffset NowAfter(ImageInfo? existing)
    {
        var now = _timeProvider.GetUtcNow();
        return existing is not null && now <= existing.ModifiedAt ? existing.ModifiedAt.AddTicks(1) : now;
    }

    private static void Check(ImageKey key, Precondition? precondition, ImageInfo? current)
    {
        if (precondition is not null && !precondition.IsSatisfiedBy(current?.ETag))
        {
            throw ProviderErrors.Conflict(key, ProviderName, current?.ETag);
        }
    }

    private static async Task<T> TranslateAsync<T>(string operation, ImageKey? key, Task<T> work)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (Exception exception) when (LiteDbErrors.NeedsTranslation(exception))
        {
            throw LiteDbErrors.Translate(exception, operation, key);
        }
    }
}
