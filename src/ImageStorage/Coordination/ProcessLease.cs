using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Coordination;

/// <summary>
/// The lease of this process: one document in the store, which the process renews while it works. Other processes judge
/// the lease by a <see cref="ProcessLeaseWatch"/>. No process compares clocks of two machines: the owner and each
/// watcher measure durations by their own monotonic clock.
/// </summary>
/// <remarks>
/// The protocol assumes that the monotonic clocks of two machines run at rates that differ by less than a third: the
/// owner trusts its lease for two thirds of the duration, and a watcher waits for all of it. A store that only one
/// process can open needs no document.
/// </remarks>
internal sealed class ProcessLease(IDocumentStore documents, string collection, bool isShared, TimeSpan duration, TimeProvider clock, Func<bool> isInUse, ILogger logger) : IAsyncDisposable
{
    private static readonly Held None = new(string.Empty, default, 0, 0, default);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private BackgroundLoop? _renewals;
    private volatile bool _isDisposed;
    private volatile Held _held = None;

    /// <summary>Gets the name of this process; empty before the first <see cref="EnsureAsync"/>.</summary>
    public string Id => _held.Owner;

    /// <summary>
    /// Gets the part of the duration for which the owner trusts its lease. The rest is for calls that are in progress,
    /// and for clocks of different rates.
    /// </summary>
    private TimeSpan Trusted => duration * 2 / 3;

    private TimeSpan RenewalInterval => duration / 3;

    /// <summary>Returns the name of the lease document of a process.</summary>
    public static DocumentName NameOf(string collection, string owner) => $"{collection}/{owner}";

    /// <summary>
    /// Returns whether this process may still work under a name that it had before. Call this before every effect.
    /// </summary>
    public bool IsTrusted(string owner) => _held is var held && held.Owner == owner && (!isShared || ElapsedSince(held) < Trusted);

    /// <summary>
    /// Ensures that this process holds a lease with most of its time left. A process that has lost its lease gets a new
    /// name.
    /// </summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (IsFresh())
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!IsFresh() && (_held.Owner.Length == 0 || !await TryRenewAsync(cancellationToken).ConfigureAwait(false)))
            {
                await AcquireAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_renewals is not null)
        {
            await _renewals.DisposeAsync().ConfigureAwait(false);
        }

        var held = _held;
        _held = None;

        // Work in progress notices that the lease is no longer trusted. Its last call may not have ended, so the lease
        // then ends by itself, also if the store was disposed first.
        if (isShared && held.Owner.Length > 0 && !isInUse())
        {
            try
            {
                await documents.DeleteAsync(NameOf(collection, held.Owner), null, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is ImageStorageException or ObjectDisposedException)
            {
                // A watcher removes the document when the lease has ended.
                Log.LeaseNotWritten(logger, exception);
            }
        }
    }

    private bool IsFresh() => _held is { Owner.Length: > 0 } held && (!isShared || ElapsedSince(held) < RenewalInterval);

    // The monotonic clock of a machine may stand still while the machine is suspended; the wall clock then jumps
    // forward. The larger of the two counts.
    private TimeSpan ElapsedSince(Held held)
    {
        var (monotonic, wall) = (clock.GetElapsedTime(held.RenewedAt), clock.GetUtcNow() - held.RenewedAtUtc);
        return monotonic > wall ? monotonic : wall;
    }

    private async Task AcquireAsync(CancellationToken cancellationToken)
    {
        var held = new Held(Guid.CreateVersion7().ToString("n"), default, 1, clock.GetTimestamp(), clock.GetUtcNow());
        if (isShared)
        {
            held = held with { ETag = await documents.PutAsync(NameOf(collection, held.Owner), Content(1), DocumentETag.None, cancellationToken).ConfigureAwait(false) };
        }

        _held = held;
        if (isShared)
        {
            // After a renewal that failed, the next one may be in time. If not, the lease ends, and the work under it
            // notices.
            _renewals ??= new BackgroundLoop((_, token) => RenewAsync(token), RenewalInterval, clock, exception => Log.LeaseNotWritten(logger, exception));
        }
    }

    /// <summary>Writes the document again; returns false if another process has declared this one dead.</summary>
    private async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        var held = _held;
        while (true)
        {
            held = held with { Renewals = held.Renewals + 1, RenewedAt = clock.GetTimestamp(), RenewedAtUtc = clock.GetUtcNow() };
            try
            {
                _held = held with { ETag = await documents.PutAsync(NameOf(collection, held.Owner), Content(held.Renewals), held.ETag, cancellationToken).ConfigureAwait(false) };
                return true;
            }
            catch (ImageConflictException)
            {
                // The document has changed, because a watcher has recorded a silence or the response to an earlier
                // write was lost; or the document no longer exists.
                if (await ReadAsync(held.Owner, cancellationToken).ConfigureAwait(false) is not { } own || own.ETag == held.ETag)
                {
                    return false;
                }

                held = held with { ETag = own.ETag };
            }
        }
    }

    private async Task<StoredDocument?> ReadAsync(string owner, CancellationToken cancellationToken)
    {
        try
        {
            return await documents.GetAsync(NameOf(collection, owner), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageCorruptedException exception)
        {
            // A damaged document cannot be renewed. The process continues under a new name.
            Log.LeaseNotWritten(logger, exception);
            return null;
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (!isInUse())
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await TryRenewAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private byte[] Content(long renewals) => new ProcessLeaseDocument { Renewals = renewals, Duration = duration }.ToBytes();

    private sealed record Held(string Owner, DocumentETag ETag, long Renewals, long RenewedAt, DateTimeOffset RenewedAtUtc);
}
