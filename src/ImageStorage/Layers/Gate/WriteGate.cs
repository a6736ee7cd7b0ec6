using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Gate;

/// <summary>
/// Decides whether this build may write to a store: whether it knows what the store requires of a writer. The document
/// is read before a write if the last view is older than a third of a lease, once for all writes that wait. Thread-safe.
/// docs/design/gate.md describes the protocol.
/// </summary>
internal sealed class WriteGate(IDocumentStore documents, IPrimaryRoute? route, IReadOnlyDictionary<string, int> known, string provider, TimeProvider clock)
{
    private const string Result = "This process writes nothing to the store until then; reads continue.";
    private static readonly TimeSpan Interval = StoreRequirements.Lease / 3;
    private readonly Lock _turn = new();
    private Task<View>? _reading;
    private volatile View? _view;

    /// <summary>Gets a value that indicates whether a write may begin without a further check.</summary>
    public bool IsOpen => _view is { Refusal: null } view && IsFresh(view);

    /// <summary>Verifies that this build may write, and reads the requirements first if the last view is old.</summary>
    /// <param name="asksPrimary">Whether the write is made on the primary in any case, never on a fallback alone.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StorageNotSupportedException">The store requires something that this build does not
    /// know.</exception>
    /// <exception cref="StorageCorruptedException">The requirements cannot be read.</exception>
    public ValueTask EnsureOpenAsync(bool asksPrimary, CancellationToken cancellationToken) =>
        _view is { } view && IsFresh(view) ? view.Refusal is { } refusal ? ValueTask.FromException(refusal(provider)) : default : new(ReadFirstAsync(asksPrimary, cancellationToken));

    private async Task ReadFirstAsync(bool asksPrimary, CancellationToken cancellationToken)
    {
        // While a failover sends writes to a fallback without asking the primary, the document would cost a timeout.
        var view = !asksPrimary && route is { IsPassedOver: true } ? _view : await ReadOnceAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (view?.Refusal is { } refusal)
        {
            throw refusal(provider);
        }
    }

    // The larger of the two clocks counts, as for a lease: the monotonic clock may stand still in a suspended machine.
    private bool IsFresh(View view) => clock.GetElapsedTime(view.ReadAt) < Interval && clock.GetUtcNow() - view.ReadAtUtc < Interval;

    private Task<View> ReadOnceAsync()
    {
        lock (_turn)
        {
            return _reading ??= ReadAsync();
        }
    }

    private async Task<View> ReadAsync()
    {
        // The lock of the caller is released before the read. The read belongs to all callers, so no token ends it.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var (at, utc) = (clock.GetTimestamp(), clock.GetUtcNow());
        try
        {
            var refusal = Judge(await GetAsync().ConfigureAwait(false));
            return _view = new View(refusal, at, utc);
        }
        catch (StorageUnavailableException failure)
        {
            if (!failure.IsTransient && await CanReadOthersAsync().ConfigureAwait(false))
            {
                return _view = new View(Denied(failure), at, utc);
            }

            // A failover accepts writes while the primary, which has the document, is unavailable. So the last known
            // answer holds, and the write need not wait for the primary a second time.
            route?.ReportFailedWrite(failure);
            return _view ?? new View(null, default, default);
        }
        finally
        {
            lock (_turn)
            {
                _reading = null;
            }
        }
    }

    private async Task<(StoredDocument? Document, string? Damage)> GetAsync()
    {
        try
        {
            return (await documents.GetAsync(StoreRequirements.Name, CancellationToken.None).ConfigureAwait(false), null);
        }
        catch (StorageCorruptedException exception)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>
    /// Returns whether the provider reads another document, the identity of the store. A failure of the requirements that
    /// no time heals is then no outage, but a missing permission for this document.
    /// </summary>
    private async Task<bool> CanReadOthersAsync()
    {
        try
        {
            await documents.GetAsync(StoreIdentity.Name, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (StorageCorruptedException)
        {
            return true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }

    private static Func<string, ImageStorageException> Denied(StorageUnavailableException failure) => name => new StorageNotSupportedException(
        $"The requirements of the store in {name} cannot be read, and other documents can: {failure.Message} Permit this process to read the document '{StoreRequirements.Name}', because the store may require something that this build does not know. {Result}",
        failure)
    {
        Provider = name,
    };

    private Func<string, ImageStorageException>? Judge((StoredDocument? Document, string? Damage) read)
    {
        try
        {
            return read.Damage is { } damage ? name => new StorageCorruptedException($"The requirements of the store in {name} cannot be read: {damage} Delete the document only if no migration has ever run on the store. {Result}") { Provider = name }
                : read.Document is not null && StoreRequirements.FindUnknown(StoreRequirements.Read(read.Document), known) is { } unknown
                    ? name => new StorageNotSupportedException($"The store in {name} requires {unknown} of every process that writes. Update this application, or the package of the library, to a build that knows the requirement. {Result}") { Provider = name }
                : null;
        }
        catch (StorageNotSupportedException exception)
        {
            return name => new StorageNotSupportedException($"{exception.Message} {Result}") { Provider = name };
        }
        catch (StorageCorruptedException exception)
        {
            return name => new StorageCorruptedException($"{exception.Message} {Result}", exception.InnerException) { Provider = name };
        }
    }

    /// <param name="Refusal">Creates the exception of a refused write; null if this build may write.</param>
    /// <param name="ReadAt">The begin of the read, by the monotonic clock.</param>
    /// <param name="ReadAtUtc">The begin of the read, by the wall clock.</param>
    private sealed record View(Func<string, ImageStorageException>? Refusal, long ReadAt, DateTimeOffset ReadAtUtc);
}
