using ImageStorage.Coordination;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// A primary with fallbacks that accept writes while the primary is unavailable, with a durable hint for each image. An
/// image with a hint is read and written on the last fallback that has one, any other image on the primary. The
/// protocol is described in docs/design/failover.md.
/// </summary>
/// <remarks>
/// Only the primary has the documents of the store, because a compare-and-swap has one judge. They are unavailable
/// while the primary is; only entries of the history are handed to a fallback.
/// </remarks>
internal sealed partial class FailoverProvider : IImageProvider, IStorageFailover, IStorageSpace
{
    // A call starts again when a hint is replayed or replaced under it. The limit ends a call that other writers always
    // overtake.
    private const int MaxAttempts = 16;

    private readonly IImageProvider _primary;
    private readonly FailoverOptions _options;
    private readonly FailoverComponents _components;
    private readonly FallbackChain _chain;
    private readonly BackgroundLoop? _loop;
    private bool _isDisposed;

    /// <summary>Joins providers, and takes ownership of them.</summary>
    /// <param name="primary">The primary.</param>
    /// <param name="fallbacks">The fallbacks in their order; at least one.</param>
    /// <param name="options">The options.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="events">Receives events.</param>
    /// <param name="logger">Receives log messages.</param>
    /// <param name="names">
    /// The names of the providers in messages, the primary's first; null for their own names.
    /// </param>
    public FailoverProvider(IImageProvider primary, IReadOnlyList<IImageProvider> fallbacks, FailoverOptions options, TimeProvider clock, IStorageEventSink events, ILogger logger, IReadOnlyList<string>? names = null)
    {
        FailoverOptionsValidator.ThrowIfInvalid(options);
        _options = options;
        _components = new FailoverComponents(primary, fallbacks, names, options, clock, events, logger);
        (_primary, _chain) = (_components.Primary, _components.Chain);
        Documents = new FailoverDocuments(this);
        Capabilities = FailoverCapabilities.Of(primary, fallbacks);
        _loop = options.ReconcileInterval is { } interval ? new BackgroundLoop(TakeTurnAsync, interval, clock, exception => ReplicationLog.ReconcileFailed(logger, exception)) : null;
    }

    /// <summary>Gets the primary's name.</summary>
    public string Name => _primary.Name;

    public ProviderCapabilities Capabilities { get; }

    public IDocumentStore Documents { get; }

    /// <summary>Succeeds if at least one provider can be used.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        await _chain.EnsureVerifiedAsync(cancellationToken).ConfigureAwait(false);
        var failures = _chain.NewFailures();
        try
        {
            await _primary.CheckAsync(cancellationToken).ConfigureAwait(false);
            _components.Health.RecordSuccess();
            return;
        }
        catch (StorageUnavailableException failure)
        {
            _components.Health.RecordFailure(failure);
            failures.Add(0, failure);
        }

        foreach (var fallback in _chain.Fallbacks)
        {
            try
            {
                await fallback.Provider.CheckAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StorageUnavailableException failure)
            {
                failures.Add(fallback.Position, failure);
            }
        }

        throw FailoverErrors.AllDown(null, _chain.Names, failures);
    }

    public async Task<FailoverStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var fallbacks = await Task.WhenAll(_chain.Fallbacks.Select(fallback => StatusOfAsync(fallback, cancellationToken))).ConfigureAwait(false);
        var mayWait = fallbacks.Zip(_chain.Fallbacks).Any(one => one.First.Hints is { } count ? count > 0 : !one.Second.View.IsKnownToBeEmpty);
        var state = _components.Health.IsDown ? FailoverState.FailedOver : mayWait ? FailoverState.Replaying : FailoverState.Healthy;
        return new FailoverStatus { State = state, Primary = _chain.Names[0], Fallbacks = [.. fallbacks] };
    }

    public Task<ReconcileResult> ReconcileAsync(IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _components.Reconciler.RunAsync(progress, cancellationToken);
    }

    /// <summary>Returns whether this process knows of nothing for the background loop to do.</summary>
    internal async ValueTask<bool> IsQuietAsync(CancellationToken cancellationToken) =>
        await _chain.AreEmptyAsync(cancellationToken).ConfigureAwait(false) && !_components.Health.IsFailedOver && !_components.Health.IsFailingWrites;

    /// <summary>Probes a primary that has failed and, at the interval, replays the hints.</summary>
    private async Task TakeTurnAsync(bool isInterval, CancellationToken cancellationToken)
    {
        if (!await IsQuietAsync(cancellationToken).ConfigureAwait(false) && await ProbePrimaryAsync(cancellationToken).ConfigureAwait(false) && isInterval)
        {
            await _components.Reconciler.RunAsync(null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Probes a primary that was unavailable, or has failed a write, so that no caller has to.</summary>
    /// <returns><see langword="true"/> if the primary can be used, as far as this process knows.</returns>
    internal async Task<bool> ProbePrimaryAsync(CancellationToken cancellationToken)
    {
        if (!_components.Health.IsDown && !_components.Health.IsFailingWrites)
        {
            return true;
        }

        try
        {
            await _primary.CheckAsync(cancellationToken).ConfigureAwait(false);
            _components.Health.RecordWriteSuccess();
            return true;
        }
        catch (StorageUnavailableException failure)
        {
            _components.Health.RecordFailure(failure);
            return false;
        }
        catch (ImageStorageException)
        {
            // The primary answers. Another failure, such as a full disk, is no outage, and is reported to the callers
            // that write.
            _components.Health.RecordWriteSuccess();
            return true;
        }
    }

    // The abilities of one provider would bypass the others.
    public Task<long?> GetAvailableBytesAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return StorageSpace.OfAsync(_primary, cancellationToken);
    }

    public TAbility? GetAbility<TAbility>()
        where TAbility : class => this as TAbility;

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

        _components.Dispose();
        await _primary.DisposeAsync().ConfigureAwait(false);
        foreach (var fallback in _chain.Fallbacks)
        {
            await fallback.Provider.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public override string ToString() => $"Failover({string.Join(", ", _chain.Fallbacks.Select(fallback => fallback.Provider).Prepend(_primary))})";

    private static async Task<FallbackStatus> StatusOfAsync(FallbackPart fallback, CancellationToken cancellationToken)
    {
        try
        {
            var images = await fallback.Hints.ListAsync(cancellationToken).ConfigureAwait(false);
            var entries = await HintedHistory.ListHintsAsync(fallback, cancellationToken).ConfigureAwait(false);
            return new FallbackStatus { Name = fallback.Name, Hints = images.Count + entries.Count };
        }
        catch (StorageUnavailableException)
        {
            // The status reports an unavailable fallback; it does not fail.
            return new FallbackStatus { Name = fallback.Name, Hints = null };
        }
    }

    private T RecordSuccess<T>(T answer)
    {
        _components.Health.RecordSuccess();
        return answer;
    }

    /// <summary>Returns the failures of a call so far: that of the primary, if any.</summary>
    private ProviderFailures NewFailures(StorageUnavailableException? ofPrimary)
    {
        var failures = _chain.NewFailures();
        if (ofPrimary is not null)
        {
            failures.Add(0, ofPrimary);
        }

        return failures;
    }

    /// <summary>
    /// Describes that a fallback that may hold the newest state is unavailable, together with all other unavailable
    /// providers.
    /// </summary>
    private async Task<StorageUnavailableException> DescribeBlockedAsync(ImageKey key, FallbackPart fallback, ProviderFailures failures, CancellationToken cancellationToken)
    {
        await _chain.ProbeOthersAsync(failures, cancellationToken).ConfigureAwait(false);
        return failures.AreAll ? FailoverErrors.AllDown(key, _chain.Names, failures) : FailoverErrors.Blocked(key, _chain.Names, fallback, failures);
    }
}
