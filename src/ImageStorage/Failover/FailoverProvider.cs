using ImageStorage.Documents;
using ImageStorage.Errors;
using ImageStorage.Events;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// A primary, and a fallback that takes its writes while it is down, with a durable note for each image. docs/failover.md has the
/// protocol. An image with a note is read and written on the fallback, any other on the primary.
/// </summary>
/// <remarks>
/// Documents are the primary's alone: a compare-and-swap has one judge. They are unavailable while it is down.
/// </remarks>
internal sealed partial class FailoverProvider : IImageProvider, IStorageFailover
{
    // A call that finds the image settled or taken away under it starts anew; more often than this, somebody is always faster.
    private const int MaxAttempts = 16;

    private readonly IImageProvider _primary;
    private readonly IImageProvider _fallback;
    private readonly FailoverOptions _options;
    private readonly FailoverParts _parts;
    private readonly ReconcileLoop? _loop;
    private bool _isDisposed;

    /// <summary>Joins two providers, which this owns from now on.</summary>
    public FailoverProvider(IImageProvider primary, IImageProvider fallback, FailoverOptions options, TimeProvider clock, StorageEventQueue events, ILogger logger)
    {
        if (ReferenceEquals(primary, fallback))
        {
            throw FailoverErrors.SameStore(primary.Name, fallback.Name);
        }

        FailoverOptionsValidator.ThrowIfInvalid(options);
        (_primary, _fallback, _options) = (primary, fallback, options);
        _parts = new FailoverParts(primary, fallback, options, clock, events, logger);
        Capabilities = primary.Capabilities with
        {
            MaxMetadataBytes = Math.Min(primary.Capabilities.MaxMetadataBytes, fallback.Capabilities.MaxMetadataBytes),
            RangeRead = primary.Capabilities.RangeRead && fallback.Capabilities.RangeRead,
            MultiProcess = primary.Capabilities.MultiProcess && fallback.Capabilities.MultiProcess,
            Durable = primary.Capabilities.Durable && fallback.Capabilities.Durable,

            // An image that is settled gets a new version on the primary.
            KeepsVersions = false,
        };
        _loop = options.ReconcileInterval is { } interval ? new ReconcileLoop(IsQuietAsync, token => ReconcileAsync(null, token), interval, clock, logger) : null;
    }

    /// <summary>The primary's name: most failures are its.</summary>
    public string Name => _primary.Name;

    public ProviderCapabilities Capabilities { get; }

    public IDocumentStore Documents => _primary.Documents;

    /// <summary>Passes when either can be used.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _parts.Same.EnsureAsync(cancellationToken).ConfigureAwait(false);
            await _primary.CheckAsync(cancellationToken).ConfigureAwait(false);
            _parts.Health.Answered();
        }
        catch (StorageUnavailableException failure)
        {
            _parts.Health.Failed(failure);
            try
            {
                await _fallback.CheckAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (StorageUnavailableException second)
            {
                throw FailoverErrors.AllDown(null, Name, failure, _fallback.Name, second);
            }
        }
    }

    public async Task<FailoverStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        var waiting = (await _parts.Hints.ListAsync(cancellationToken).ConfigureAwait(false)).Count;
        var state = _parts.Health.IsDown ? FailoverState.Open : waiting > 0 ? FailoverState.Draining : FailoverState.Healthy;
        return new FailoverStatus(state, _primary.Name, _fallback.Name, waiting);
    }

    public Task<ReconcileResult> ReconcileAsync(IProgress<int>? progress = null, CancellationToken cancellationToken = default) => _parts.Reconciler.RunAsync(progress, cancellationToken);

    /// <summary>Does this process know of nothing that the background should look after?</summary>
    internal async ValueTask<bool> IsQuietAsync(CancellationToken cancellationToken) => await _parts.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false) && !_parts.Health.IsDown;

    // Abilities of one of the two would look past the other.
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
        await _fallback.DisposeAsync().ConfigureAwait(false);
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public override string ToString() => $"Failover({_primary}, {_fallback})";

    /// <summary>The note of an image, if anything waits at all.</summary>
    /// <param name="key">The image.</param>
    /// <param name="primaryFailure">Why the primary was given up before; then the fallback is asked whatever was known of it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    private async ValueTask<HandoffHint?> LookAsync(ImageKey key, StorageUnavailableException? primaryFailure, CancellationToken cancellationToken)
    {
        try
        {
            if (primaryFailure is null && await IsNothingWaitingAsync(cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }
        catch (StorageUnavailableException failure)
        {
            throw FailoverErrors.AllDown(key, Name, primaryFailure, _fallback.Name, failure);
        }

        return await LookAgainAsync(key, primaryFailure, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The note of an image, whatever was known.</summary>
    private Task<HandoffHint?> LookAgainAsync(ImageKey key, StorageUnavailableException? primaryFailure, CancellationToken cancellationToken) =>
        OnFallbackAsync(key, primaryFailure, () => _parts.Hints.GetAsync(key, cancellationToken));

    private async ValueTask<bool> IsNothingWaitingAsync(CancellationToken cancellationToken)
    {
        await _parts.Same.EnsureAsync(cancellationToken).ConfigureAwait(false);
        return await _parts.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a part of a call that is the fallback's alone.</summary>
    private async Task<T> OnFallbackAsync<T>(ImageKey? key, StorageUnavailableException? primaryFailure, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure)
        {
            throw FailoverErrors.AllDown(key, Name, primaryFailure, _fallback.Name, failure);
        }
    }
}
