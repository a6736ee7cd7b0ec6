using ImageStorage.Diagnostics;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// A primary, and fallbacks that take its writes while it is down, with a durable note for each image. docs/failover.md has the
/// protocol. An image with a note is read and written on the last fallback that has one, any other on the primary.
/// </summary>
/// <remarks>
/// Documents are the primary's alone: a compare-and-swap has one judge. They are unavailable while it is down; only entries of the history are handed off.
/// </remarks>
internal sealed partial class FailoverProvider : IImageProvider, IStorageFailover
{
    // A call that finds the image settled or taken away under it starts anew; more often than this, somebody is always faster.
    private const int MaxAttempts = 16;

    private readonly IImageProvider _primary;
    private readonly FailoverOptions _options;
    private readonly FailoverParts _parts;
    private readonly HandoffChain _chain;
    private readonly ReconcileLoop? _loop;
    private bool _isDisposed;

    /// <summary>Joins providers, which this owns from now on.</summary>
    /// <param name="primary">The primary.</param>
    /// <param name="fallbacks">The fallbacks in their order; at least one.</param>
    /// <param name="options">How.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="events">Where what happens is told.</param>
    /// <param name="logger">Where what happens is logged.</param>
    /// <param name="names">What messages call the providers, the primary first; null for their own names.</param>
    public FailoverProvider(IImageProvider primary, IReadOnlyList<IImageProvider> fallbacks, FailoverOptions options, TimeProvider clock, StorageEventQueue events, ILogger logger, IReadOnlyList<string>? names = null)
    {
        FailoverOptionsValidator.ThrowIfInvalid(options);
        _options = options;
        _parts = new FailoverParts(primary, fallbacks, names, options, clock, events, logger);
        (_primary, _chain) = (_parts.Primary, _parts.Chain);
        Documents = new FailoverDocuments(this);
        Capabilities = FailoverCapabilities.Of(primary, fallbacks);
        _loop = options.ReconcileInterval is { } interval ? new ReconcileLoop(IsQuietAsync, ProbePrimaryAsync, token => _parts.Reconciler.RunAsync(null, token), interval, clock, logger) : null;
    }

    /// <summary>The primary's name: most failures are its.</summary>
    public string Name => _primary.Name;

    public ProviderCapabilities Capabilities { get; }

    public IDocumentStore Documents { get; }

    /// <summary>Passes when one of the providers can be used.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        await _chain.EnsurePairedAsync(cancellationToken).ConfigureAwait(false);
        var failures = _chain.NewFailures();
        try
        {
            await _primary.CheckAsync(cancellationToken).ConfigureAwait(false);
            _parts.Health.Answered();
            return;
        }
        catch (StorageUnavailableException failure)
        {
            _parts.Health.Failed(failure);
            failures.Add(0, failure);
        }

        foreach (var side in _chain.Sides)
        {
            try
            {
                await side.Provider.CheckAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StorageUnavailableException failure)
            {
                failures.Add(side.Position, failure);
            }
        }

        throw FailoverErrors.AllDown(null, _chain.Names, failures);
    }

    public async Task<FailoverStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var fallbacks = await Task.WhenAll(_chain.Sides.Select(side => StatusOfAsync(side, cancellationToken))).ConfigureAwait(false);
        var mayWait = fallbacks.Zip(_chain.Sides).Any(one => one.First.Waiting is { } count ? count > 0 : !one.Second.View.IsAssumedEmpty);
        var state = _parts.Health.IsDown ? FailoverState.Open : mayWait ? FailoverState.Draining : FailoverState.Healthy;
        return new FailoverStatus(state, _chain.Names[0], [.. fallbacks]);
    }

    public Task<ReconcileResult> ReconcileAsync(IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _parts.Reconciler.RunAsync(progress, cancellationToken);
    }

    /// <summary>Does this process know of nothing that the background should look after?</summary>
    internal async ValueTask<bool> IsQuietAsync(CancellationToken cancellationToken) => await _chain.IsQuietAsync(cancellationToken).ConfigureAwait(false) && !_parts.Health.IsDown && !_parts.Health.FailsWrites;

    /// <summary>Asks a primary that was down, or did not take a write, whether it is usable again, so that no caller has to find out.</summary>
    /// <returns>Is it, as far as anybody knows?</returns>
    internal async Task<bool> ProbePrimaryAsync(CancellationToken cancellationToken)
    {
        if (!_parts.Health.IsDown && !_parts.Health.FailsWrites)
        {
            return true;
        }

        try
        {
            await _primary.CheckAsync(cancellationToken).ConfigureAwait(false);
            _parts.Health.WriteTaken();
            return true;
        }
        catch (StorageUnavailableException failure)
        {
            _parts.Health.Failed(failure);
            return false;
        }
        catch (ImageStorageException)
        {
            // It answers. What else is wrong with it, a full disk for one, is no outage, and is the affair of whoever writes.
            _parts.Health.WriteTaken();
            return true;
        }
    }

    // Abilities of one of the providers would look past the others.
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

        _parts.Dispose();
        await _primary.DisposeAsync().ConfigureAwait(false);
        foreach (var side in _chain.Sides)
        {
            await side.Provider.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public override string ToString() => $"Failover({string.Join(", ", _chain.Sides.Select(side => side.Provider).Prepend(_primary))})";

    private static async Task<FallbackStatus> StatusOfAsync(HandoffSide side, CancellationToken cancellationToken)
    {
        try
        {
            var images = await side.Hints.ListAsync(cancellationToken).ConfigureAwait(false);
            var entries = await HandoffEntries.ListWaitingAsync(side, cancellationToken).ConfigureAwait(false);
            return new FallbackStatus(side.Name, images.Count + entries.Count);
        }
        catch (StorageUnavailableException)
        {
            // That it cannot be asked is the answer.
            return new FallbackStatus(side.Name, null);
        }
    }

    private T Answered<T>(T answer)
    {
        _parts.Health.Answered();
        return answer;
    }

    /// <summary>What has failed so far, the primary's failure to begin with.</summary>
    private ProviderFailures FailuresOf(StorageUnavailableException? ofPrimary)
    {
        var failures = _chain.NewFailures();
        if (ofPrimary is not null)
        {
            failures.Add(0, ofPrimary);
        }

        return failures;
    }

    /// <summary>A fallback that may hold the newest state cannot be used: tells of all that are down.</summary>
    private async Task<StorageUnavailableException> BlockedAsync(ImageKey key, HandoffSide side, ProviderFailures failures, CancellationToken cancellationToken)
    {
        await _chain.AskOthersAsync(failures, cancellationToken).ConfigureAwait(false);
        return failures.AreAll ? FailoverErrors.AllDown(key, _chain.Names, failures) : FailoverErrors.Blocked(key, _chain.Names, side, failures);
    }
}
