using System.Runtime.CompilerServices;
using ImageStorage.Coordination;
using ImageStorage.Hybrid;
using ImageStorage.Parts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Log = ImageStorage.Hybrid.Log;

namespace ImageStorage.Providers;

/// <summary>
/// Combines two providers: the catalog holds every record, all documents and the bytes of small images; the content
/// store holds the bytes of large images. Thread-safe. See docs/design/hybrid.md.
/// </summary>
/// <remarks>
/// Costs: a small save is an info and a save of the catalog. A large save is a save of the content store with a
/// concurrent info, and a save of the catalog without bytes. A read is one read of the catalog and, for a large image,
/// one of the content store. Infos, updates, pages and usage are those of the catalog.
/// </remarks>
public sealed partial class HybridImageProvider : IImageProvider, IVerifiableProvider, ISweepableProvider, IStoreLocationProvider, IStorageSpace, IImageWalk, IHybridStore
{
    internal const string ProviderName = "Hybrid";

    // Content of unknown length is read ahead up to this many bytes. Together with the buffers of the source, this
    // stays within 1 MiB.
    private const int MaxReadAhead = 512 << 10;

    private readonly CatalogPart _catalog;
    private readonly ContentPart _content;
    private readonly HybridPairing _pairing;
    private readonly OrphanSweeper _sweeper;
    private readonly SweepSchedule _schedule;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly TimeSpan _grace;
    private readonly long _inlineLimit;
    private volatile bool _isDisposed;

    /// <summary>Initializes a provider that combines two providers and owns both. Opens neither.</summary>
    /// <param name="catalog">The provider of the records, documents and small images; not a hybrid provider.</param>
    /// <param name="content">The provider of the bytes of large images.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="timeProvider">The clock of the sweep; <see langword="null"/> for the system clock. The times of
    /// images come from the catalog.</param>
    /// <param name="loggerFactory">Creates the logger; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentException">Both providers are the same object, or the catalog is a hybrid provider, or has
    /// a fallback or a mirror.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are invalid.</exception>
    public HybridImageProvider(IImageProvider catalog, IImageProvider content, HybridStorageOptions? options = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(content);
        options ??= new HybridStorageOptions();
        HybridStorageOptionsValidator.ThrowIfInvalid(options);
        if (ReferenceEquals(catalog, content))
        {
            throw new ArgumentException($"The catalog and the content store of a hybrid store are the same {catalog.Name} provider. Give each a store of its own.", nameof(content));
        }

        if (catalog.GetAbility<IHybridStore>() is not null)
        {
            throw new ArgumentException("The catalog of a hybrid store is a hybrid store itself. Use a plain provider as the catalog; a hybrid store may be the content store.", nameof(catalog));
        }

        if (PartList.Of(PartList.RootOf(catalog)).Any(part => part.Role is ProviderRole.Fallback or ProviderRole.Mirror))
        {
            throw new ArgumentException("The catalog of a hybrid store has a fallback or a mirror of its own. A copy of a record would refer to the same content, and the content would be deleted with one of them. Remove the fallback or the mirror from the catalog, and add it to the store.", nameof(catalog));
        }

        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<HybridImageProvider>();
        SingleProcessCheck.Warn([(catalog.Name, catalog), (content.Name, content)], _logger);
        _timeProvider = timeProvider ?? TimeProvider.System;
        _catalog = new CatalogPart(catalog);
        _content = new ContentPart(content, _logger);
        _pairing = new HybridPairing(catalog, content);
        _grace = options.OrphanGrace;
        _sweeper = new OrphanSweeper(_catalog, _content, _pairing, options.OrphanGrace, _timeProvider, _logger);
        _schedule = new SweepSchedule(catalog.Documents, _sweeper, options.SweepInterval, _timeProvider, _logger);
        _inlineLimit = Math.Min(options.InlineLimit, catalog.Capabilities.MaxContentLength ?? long.MaxValue);
        Capabilities = Combine(catalog.Capabilities, content.Capabilities, _inlineLimit);
    }

    /// <inheritdoc/>
    public string Name => ProviderName;

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public IDocumentStore Documents => _catalog.Documents;

    /// <inheritdoc/>
    public IReadOnlyList<string> Locations =>
    [
        .. StoreLocation.Of(_catalog),
        .. StoreLocation.Of(_content.Provider),
    ];

    /// <inheritdoc/>
    public async Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        await _catalog.GetInfoAsync(key, cancellationToken).ConfigureAwait(false) is { } record ? ContentReference.Strip(record) : null;

    /// <inheritdoc/>
    public async Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) =>
        await _catalog.UpdateAsync(key, update, cancellationToken).ConfigureAwait(false) is { } record ? ContentReference.Strip(record) : null;

    /// <inheritdoc/>
    public async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        var page = await _catalog.ListAsync(query, cancellationToken).ConfigureAwait(false);
        return page with { Items = [.. page.Items.Select(ContentReference.Strip)] };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WalkedImage> WalkAsync(WalkOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var image in WalkExtensions.WalkAsync(_catalog, options, cancellationToken).ConfigureAwait(false))
        {
            yield return image.Info is { } info ? image with { Info = ContentReference.Strip(info) } : image;
        }
    }

    /// <inheritdoc/>
    public Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) => _catalog.GetUsageAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<long?> GetAvailableBytesAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return StorageSpace.Smaller(
            await StorageSpace.OfAsync(_catalog, cancellationToken).ConfigureAwait(false), await StorageSpace.OfAsync(_content.Provider, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        await _pairing.EnsureForWritingAsync(cancellationToken).ConfigureAwait(false);
        await _pairing.ConfirmCatalogAsync(cancellationToken).ConfigureAwait(false);
        await _pairing.ConfirmContentAsync(cancellationToken).ConfigureAwait(false);
        await _catalog.CheckAsync(cancellationToken).ConfigureAwait(false);
        await _content.CheckAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<SweepResult> SweepAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await _pairing.EnsureForReadingAsync(cancellationToken).ConfigureAwait(false)
            ? await _sweeper.SweepAsync(cancellationToken).ConfigureAwait(false)
            : new SweepResult { Examined = 0, Deleted = 0, FreedBytes = 0 };
    }

    /// <inheritdoc/>
    /// <remarks>An ability of one part would bypass the other, so the abilities of the parts are not returned. Atomic
    /// commits require a catalog that supports them, retained versions two parts that retain versions.</remarks>
    public TAbility? GetAbility<TAbility>()
        where TAbility : class =>
        typeof(TAbility) == typeof(IAtomicProvider) && AtomicCatalog is null ? null
        : typeof(TAbility) == typeof(IVersionKeeper) && !RetainsVersions ? null
        : this as TAbility;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await _schedule.DisposeAsync().ConfigureAwait(false);
        await _catalog.DisposeAsync().ConfigureAwait(false);
        await _content.Provider.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override string ToString() => $"{Name}({_catalog}, above {_inlineLimit} bytes {_content.Provider})";

    /// <summary>Returns a task that completes when the sweep in the background is complete; for tests.</summary>
    internal Task WaitForSweepAsync() => _schedule.WaitAsync();

    private static ProviderCapabilities Combine(ProviderCapabilities catalog, ProviderCapabilities content, long inlineLimit) => new()
    {
        MaxContentLength = content.MaxContentLength is { } maximum ? Math.Max(maximum, inlineLimit) : null,
        MaxMetadataBytes = catalog.MaxMetadataBytes,
        NativeOrders = catalog.NativeOrders,
        RangeRead = catalog.RangeRead && content.RangeRead,
        MultiProcess = catalog.MultiProcess && content.MultiProcess,
        Durable = catalog.Durable && content.Durable,
        RetainsVersions = catalog.RetainsVersions,
        Encryption = catalog.Encryption && content.Encryption,
        Recoding = catalog.Recoding || content.Recoding,
    };

    /// <summary>
    /// Returns the record of an image before the image is replaced or deleted. A damaged record must not prevent that.
    /// </summary>
    private async Task<ReplacedVersion> FindReplacedAsync(ImageKey key, CancellationToken cancellationToken)
    {
        try
        {
            return new ReplacedVersion(await _catalog.GetInfoAsync(key, cancellationToken).ConfigureAwait(false), IsDamaged: false);
        }
        catch (ImageCorruptedException exception)
        {
            Log.DamagedRecordReplaced(_logger, key, exception);
            return new ReplacedVersion(null, IsDamaged: true);
        }
    }
}
