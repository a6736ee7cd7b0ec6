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
/// Keeps images in one LiteDB database, which one process at a time may have open. An image is a record and chunks, committed by
/// one transaction that is read back and flushed before it is acknowledged. How it works stands in docs/litedb.md.
/// </summary>
/// <remarks>
/// Costs: a save is its bytes written to the log, one flush (shared by saves that come together), and later the same bytes
/// once more into the database; a read, an info, a delete is a few lookups; a page in any order is the page. One thread does it
/// all, so reads wait for writes. LiteDB keeps about 14 MB of pages in memory and makes an array for each chunk that is read.
/// </remarks>
public sealed partial class LiteDbImageProvider : IImageProvider, IVerifiableProvider, IStoreLocationProvider
{
    internal const string ProviderName = "LiteDb";
    private const int MostMetadataBytes = 64 << 10;

    private readonly LiteStore _store;
    private readonly int _chunkBytes;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    /// <summary>Opens nothing yet: the database is opened, and kept from others, by the first call.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="timeProvider">The clock of creation and modification times; null for the system's.</param>
    /// <param name="loggerFactory">Where damage and failures that no caller sees are reported; null for nowhere.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not acceptable.</exception>
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
            MaxMetadataBytes = MostMetadataBytes,
            NativeOrders = [ImageOrder.CreatedDescending, ImageOrder.CreatedAscending, ImageOrder.KeyAscending],
            RangeRead = true,
            MultiProcess = false,
            Durable = true,
            KeepsVersions = true,
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

    /// <summary>The store behind the provider, for tests.</summary>
    internal LiteStore Store => _store;

    /// <inheritdoc/>
    public async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        var id = KeyBytes.Of(key);
        return await Translated("reading", key, _store.ReadAsync(session => OpenRead(session, key, id, options), cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        var id = KeyBytes.Of(key);
        return await Translated("reading", key, _store.ReadAsync(session => FindRecord(session, id)?.Info, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            // Each time some, so that a large store is not held up the first time.
            var usage = await Translated("counting", null, _store.ReadAsync(
                session => _store.Usage.CountSome(session) ? new StorageUsage(_store.Usage.Count, _store.Usage.Bytes, _store.AvailableBytes) : null,
                cancellationToken)).ConfigureAwait(false);
            if (usage is not null)
            {
                return usage;
            }
        }
    }

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
        if (options?.IfMatch is { } expected && expected != record?.Info.ETag)
        {
            throw ImageConflictException.For(key, Name, record?.Info.ETag);
        }

        if (record is null)
        {
            return null;
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

    // Versions of one image are in the order of their modification times, also when the clock steps back.
    private DateTimeOffset NowAfter(ImageInfo? existing)
    {
        var now = _timeProvider.GetUtcNow();
        return existing is not null && now <= existing.ModifiedAt ? existing.ModifiedAt.AddTicks(1) : now;
    }

    private static void Check(ImageKey key, Precondition? precondition, ImageInfo? current)
    {
        if (precondition is not null && !precondition.IsSatisfiedBy(current?.ETag))
        {
            throw ImageConflictException.For(key, ProviderName, current?.ETag);
        }
    }

    private static async Task<T> Translated<T>(string operation, ImageKey? key, Task<T> work)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (Exception exception) when (LiteDbErrors.IsForeign(exception))
        {
            throw LiteDbErrors.Translate(exception, operation, key);
        }
    }
}
