using ImageStorage.Coordination;
using ImageStorage.Parts;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// A primary and a mirror that both hold all images under the same keys, and the documents. Each write goes to both replicas before the
/// write is acknowledged, and a hint precedes every write that a replica may miss. Either replica can serve alone. See
/// docs/design/mirroring.md.
/// </summary>
internal sealed partial class MirrorProvider : IImageProvider, IStorageMirror, IStorageSpace
{
    private readonly MirrorOptions _options;
    private readonly MirrorComponents _components;
    private readonly ILogger _logger;
    private readonly BackgroundLoop? _loop;
    private MirrorDocuments? _documents;
    private bool _isDisposed;

    /// <summary>Combines two providers. This provider owns both.</summary>
    /// <param name="primary">The primary.</param>
    /// <param name="mirror">The mirror.</param>
    /// <param name="options">The options.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="events">Receives the events.</param>
    /// <param name="logger">The logger.</param>
    /// <param name="names">The names for messages, primary first; <see langword="null"/> for the providers' own
    /// names.</param>
    public MirrorProvider(IImageProvider primary, IImageProvider mirror, MirrorOptions options, TimeProvider clock, IStorageEventSink events, ILogger logger, IReadOnlyList<string>? names = null)
    {
        names = PartList.UniqueNames(names ?? [primary.Name, mirror.Name]);
        SameLocationCheck.Ensure([primary, mirror], names);
        foreach (var (name, replica) in names.Zip((IImageProvider[])[primary, mirror]))
        {
            if (!replica.Capabilities.RetainsVersions)
            {
                throw MirrorErrors.RetainsNoVersions(name);
            }
        }

        SingleProcessCheck.Warn([(names[0], primary), (names[1], mirror)], logger);
        MirrorOptionsValidator.ThrowIfInvalid(options);
        (_options, _logger) = (options, logger);
        _components = new MirrorComponents(primary, mirror, names, options, clock, events, logger);
        Capabilities = Combine(primary.Capabilities, mirror.Capabilities);
        _loop = options.ReconcileInterval is { } interval ? new BackgroundLoop((_, token) => TakeTurnAsync(token), interval, clock, exception => ReplicationLog.ReconcileFailed(logger, exception)) : null;
    }

    /// <summary>Gets the name of the primary, which most failures concern.</summary>
    public string Name => _components.Primary.Provider.Name;

    public ProviderCapabilities Capabilities { get; }

    public IDocumentStore Documents => _documents ??= new MirrorDocuments(this);

    public Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Capabilities.MaxContentLength is { } maximum && request.Content.Length > maximum ? Task.FromException<ImageInfo>(MirrorErrors.TooLarge(request.Key, request.Content.Length.Value, maximum, _components.Primary.Name))
            : request.Content.CanRewind ? _components.Writer.RunAsync(new MirrorSave(request), cancellationToken)
            : PutSpooledAsync(request, cancellationToken);
    }

    public Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) => _components.Writer.RunAsync(new MirrorUpdate(key, update), cancellationToken);

    public Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) => _components.Writer.RunAsync(new MirrorDelete(key, options), cancellationToken);

    /// <summary>Succeeds if either replica can be used.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        await _components.Pairing.EnsureAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _components.Primary.Provider.CheckAsync(cancellationToken).ConfigureAwait(false);
            _components.Health.RecordSuccess();
        }
        catch (StorageUnavailableException failure)
        {
            try
            {
                await _components.Mirror.Provider.CheckAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (StorageUnavailableException second)
            {
                throw MirrorErrors.BothUnavailable(null, _components.Primary.Name, failure, _components.Mirror.Name, second);
            }
        }
    }

    public async Task<FailoverStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var hints = await _components.Reconciler.CountAsync(cancellationToken).ConfigureAwait(false);
        var state = _components.Primary.Health.IsDown || _components.Mirror.Health.IsDown ? FailoverState.FailedOver
            : hints > 0 || !await AreInSyncAsync(cancellationToken).ConfigureAwait(false) ? FailoverState.Replaying
            : FailoverState.Healthy;
        return new FailoverStatus { State = state, Primary = _components.Primary.Name, Fallbacks = [new FallbackStatus { Name = _components.Mirror.Name, Hints = hints }] };
    }

    public Task<ReconcileResult> ReconcileAsync(IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _components.Reconciler.RunAsync(progress, cancellationToken);
    }

    public async Task<ResyncResult> ResyncAsync(IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return (await _components.Resync.RunAsync(progress, cancellationToken).ConfigureAwait(false)).Result;
    }

    // An ability of one replica would bypass the other.
    public TAbility? GetAbility<TAbility>()
        where TAbility : class => typeof(TAbility) == typeof(IVersionKeeper) && !_components.Versions.AreKept ? null : this as TAbility;

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_loop is not null)
        {
            await _loop.DisposeAsync().ConfigureAwait(false);
        }

        await _components.DisposeAsync().ConfigureAwait(false);
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public override string ToString() => $"Mirror({_components.Primary.Provider}, {_components.Mirror.Provider})";

    /// <summary>Returns a task that completes when all repairs that have started are complete; for tests.</summary>
    internal Task WaitForRepairsAsync() => _components.Repairs.WaitAsync();

    private static ProviderCapabilities Combine(ProviderCapabilities one, ProviderCapabilities other) => new()
    {
        MaxContentLength = one.MaxContentLength is { } length ? Math.Min(length, other.MaxContentLength ?? length) : other.MaxContentLength,
        MaxMetadataBytes = Math.Min(one.MaxMetadataBytes, other.MaxMetadataBytes),
        NativeOrders = [.. one.NativeOrders.Intersect(other.NativeOrders)],
        RangeRead = one.RangeRead && other.RangeRead,
        MultiProcess = one.MultiProcess && other.MultiProcess,
        Durable = one.Durable && other.Durable,

        // A copy that is saved to a mirrored store is a write like any other.
        RetainsVersions = true,
        Encryption = one.Encryption && other.Encryption,
        Recoding = one.Recoding || other.Recoding,
    };

    /// <summary>Returns whether this process knows of no work for the background.</summary>
    internal async ValueTask<bool> IsIdleAsync(CancellationToken cancellationToken)
    {
        if (!_components.Pairing.IsPaired)
        {
            return false;
        }

        await _components.Pairing.RecheckAsync(cancellationToken).ConfigureAwait(false);
        return _components.Pairing.IsPaired && !_components.Primary.Health.IsDown && !_components.Mirror.Health.IsDown
            && await AreInSyncAsync(cancellationToken).ConfigureAwait(false) && await _components.Reconciler.CountAsync(cancellationToken).ConfigureAwait(false) == 0;
    }

    /// <summary>Reconciles while the replicas differ or a replica is unavailable.</summary>
    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (!await IsIdleAsync(cancellationToken).ConfigureAwait(false))
        {
            await _components.Reconciler.RunAsync(null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> AreInSyncAsync(CancellationToken cancellationToken) =>
        await _components.Primary.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false) && await _components.Mirror.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false);

    private async Task<ImageInfo> PutSpooledAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var content = new ReplayableContent(request.Content, _options.SpoolLimit);
        await using (content.ConfigureAwait(false))
        {
            return await _components.Writer.RunAsync(new MirrorSave(request with { Content = content }), cancellationToken).ConfigureAwait(false);
        }
    }
}
