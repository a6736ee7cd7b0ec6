using ImageStorage.Coordination;
using ImageStorage.Diagnostics;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// A primary and a mirror that both hold all images under their own keys. docs/mirroring.md has the protocol: each write goes to both before it
/// is acknowledged; what one side misses is noted before it happens; either side stands in for the other.
/// </summary>
/// <remarks>Documents are the primary's alone: a compare-and-swap has one judge. They are unavailable while it is down.</remarks>
internal sealed partial class MirrorProvider : IImageProvider, IStorageMirror
{
    private readonly MirrorOptions _options;
    private readonly MirrorParts _parts;
    private readonly ILogger _logger;
    private readonly ReconcileLoop? _loop;
    private bool _isDisposed;

    /// <summary>Joins two providers, which this owns from now on.</summary>
    /// <param name="primary">The primary.</param>
    /// <param name="mirror">The mirror.</param>
    /// <param name="options">How.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="events">Where what happens is told.</param>
    /// <param name="logger">Where what happens is logged.</param>
    /// <param name="names">What messages call the two, the primary first; null for their own names.</param>
    public MirrorProvider(IImageProvider primary, IImageProvider mirror, MirrorOptions options, TimeProvider clock, StorageEventQueue events, ILogger logger, IReadOnlyList<string>? names = null)
    {
        names ??= [primary.Name, mirror.Name];
        SamePlaceCheck.Ensure([primary, mirror], names);
        foreach (var (name, side) in names.Zip((IImageProvider[])[primary, mirror]))
        {
            if (!side.Capabilities.KeepsVersions)
            {
                throw MirrorErrors.KeepsNoVersions(name);
            }
        }

        SingleProcessCheck.Warn([(names[0], primary), (names[1], mirror)], logger);
        MirrorOptionsValidator.ThrowIfInvalid(options);
        (_options, _logger) = (options, logger);
        _parts = new MirrorParts(primary, mirror, names, options, clock, events, logger);
        Capabilities = Common(primary.Capabilities, mirror.Capabilities);
        _loop = options.ReconcileInterval is { } interval ? new ReconcileLoop(IsQuietAsync, _ => Task.FromResult(true), token => _parts.Reconciler.RunAsync(null, token), interval, clock, logger) : null;
    }

    /// <summary>The primary's name: most failures are its.</summary>
    public string Name => _parts.Primary.Provider.Name;

    public ProviderCapabilities Capabilities { get; }

    public IDocumentStore Documents => _parts.Primary.Documents;

    public Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Capabilities.MaxContentLength is { } most && request.Content.Length > most ? Task.FromException<ImageInfo>(MirrorErrors.TooLong(request.Key, request.Content.Length.Value, most, _parts.Primary.Name))
            : request.Content.CanRewind ? _parts.Writer.RunAsync(new MirrorSave(request), cancellationToken)
            : PutSpooledAsync(request, cancellationToken);
    }

    public Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default) => _parts.Writer.RunAsync(new MirrorUpdate(key, update), cancellationToken);

    public Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) => _parts.Writer.RunAsync(new MirrorDelete(key, options), cancellationToken);

    /// <summary>Passes when either can be used.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        await _parts.Pairing.EnsureAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _parts.Primary.Provider.CheckAsync(cancellationToken).ConfigureAwait(false);
            _parts.Health.Answered();
        }
        catch (StorageUnavailableException failure)
        {
            try
            {
                await _parts.Mirror.Provider.CheckAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (StorageUnavailableException second)
            {
                throw MirrorErrors.BothDown(null, _parts.Primary.Name, failure, _parts.Mirror.Name, second);
            }
        }
    }

    public async Task<FailoverStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var waiting = await _parts.Reconciler.CountAsync(cancellationToken).ConfigureAwait(false);
        var state = _parts.Primary.Health.IsDown || _parts.Mirror.Health.IsDown ? FailoverState.Open
            : waiting > 0 || !await AreLevelAsync(cancellationToken).ConfigureAwait(false) ? FailoverState.Draining
            : FailoverState.Healthy;
        return new FailoverStatus(state, _parts.Primary.Name, [new FallbackStatus(_parts.Mirror.Name, waiting)]);
    }

    public Task<ReconcileResult> ReconcileAsync(IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _parts.Reconciler.RunAsync(progress, cancellationToken);
    }

    public async Task<ResyncResult> ResyncAsync(IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return (await _parts.Resync.RunAsync(progress, cancellationToken).ConfigureAwait(false)).Result;
    }

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

        await _parts.DisposeAsync().ConfigureAwait(false);
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public override string ToString() => $"Mirror({_parts.Primary.Provider}, {_parts.Mirror.Provider})";

    /// <summary>The end of the repairs that have begun, for tests.</summary>
    internal Task WaitForRepairsAsync() => _parts.Repairs.WaitAsync();

    private static ProviderCapabilities Common(ProviderCapabilities one, ProviderCapabilities other) => new()
    {
        MaxContentLength = one.MaxContentLength is { } length ? Math.Min(length, other.MaxContentLength ?? length) : other.MaxContentLength,
        MaxMetadataBytes = Math.Min(one.MaxMetadataBytes, other.MaxMetadataBytes),
        NativeOrders = [.. one.NativeOrders.Intersect(other.NativeOrders)],
        RangeRead = one.RangeRead && other.RangeRead,
        MultiProcess = one.MultiProcess && other.MultiProcess,
        Durable = one.Durable && other.Durable,

        // A copy that is put into a mirror is a write like any other.
        KeepsVersions = true,
    };

    /// <summary>Does this process know of nothing that the background should look after?</summary>
    internal async ValueTask<bool> IsQuietAsync(CancellationToken cancellationToken)
    {
        if (!_parts.Pairing.IsPaired)
        {
            return false;
        }

        await _parts.Pairing.RecheckAsync(cancellationToken).ConfigureAwait(false);
        return _parts.Pairing.IsPaired && !_parts.Primary.Health.IsDown && !_parts.Mirror.Health.IsDown
            && await AreLevelAsync(cancellationToken).ConfigureAwait(false) && await _parts.Reconciler.CountAsync(cancellationToken).ConfigureAwait(false) == 0;
    }

    private async ValueTask<bool> AreLevelAsync(CancellationToken cancellationToken) =>
        await _parts.Primary.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false) && await _parts.Mirror.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false);

    private async Task<ImageInfo> PutSpooledAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var content = new ReplayableContent(request.Content, _options.SpoolLimit);
        await using (content.ConfigureAwait(false))
        {
            return await _parts.Writer.RunAsync(new MirrorSave(request with { Content = content }), cancellationToken).ConfigureAwait(false);
        }
    }
}
