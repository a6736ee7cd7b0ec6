using System.Globalization;
using System.Text;
using ImageStorage.Documents;
using ImageStorage.Errors;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Transactions;

/// <summary>
/// This process as the owner of transactions: one document for all of them, which changes while the process lives and has transactions. Others judge by
/// that change and their own stopwatch, never by anybody's time of day. Where a store has one process only, there is nothing to prove.
/// </summary>
internal sealed class TransactionOwner(IDocumentStore documents, bool isShared, TimeSpan lease, TimeProvider clock, Func<bool> isAtWork, ILogger logger) : IAsyncDisposable
{
    private const string Prefix = "transaction-owners/";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private PeriodicTimer? _timer;
    private Task _beating = Task.CompletedTask;
    private volatile Lease _lease = new(string.Empty, default, 0, 0);

    /// <summary>The name of this process, once it has a lease.</summary>
    public string Id => _lease.Owner;

    // A third is left for calls under way when the lease is judged to have run out.
    private TimeSpan Trusted => lease * 2 / 3;

    private TimeSpan Beat => lease / 3;

    public static DocumentName NameOf(string owner) => Prefix + owner;

    public static string OwnerIn(DocumentName name) => name.Value[Prefix.Length..];

    public Task<IReadOnlyList<DocumentName>> ListAsync(DocumentName? after, int limit, CancellationToken cancellationToken) => documents.ListAsync(Prefix, after, limit, cancellationToken);

    /// <summary>May this process still act for a transaction that it began under this name? Asked before every effect.</summary>
    public bool IsTrusted(string owner) => _lease is var held && held.Owner == owner && (!isShared || clock.GetElapsedTime(held.RenewedAt) < Trusted);

    /// <summary>Makes sure that there is a lease with most of its time left.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_lease.Owner.Length > 0 && (!isShared || clock.GetElapsedTime(_lease.RenewedAt) < Beat))
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            if (_lease.Owner.Length > 0 && clock.GetElapsedTime(_lease.RenewedAt) < Beat)
            {
                return;
            }

            if (_lease.Owner.Length == 0 || (isShared && !await TryRenewAsync(cancellationToken).ConfigureAwait(false)))
            {
                await TakeAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        _timer?.Dispose();
        await _beating.ConfigureAwait(false);
        if (isShared && _lease.Owner.Length > 0)
        {
            try
            {
                await documents.DeleteAsync(NameOf(_lease.Owner), null, CancellationToken.None).ConfigureAwait(false);
            }
            catch (ImageStorageException exception)
            {
                // Nobody needs it any more; another process takes it away when it has not changed for long enough.
                Log.TransactionLeaseFailed(logger, exception);
            }
        }

        _closing.Dispose();
        _turn.Dispose();
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        var owner = Guid.CreateVersion7().ToString("n");
        var started = clock.GetTimestamp();
        var etag = isShared ? await documents.PutAsync(NameOf(owner), Content(1), DocumentETag.None, cancellationToken).ConfigureAwait(false) : default;
        _lease = new Lease(owner, etag, 1, started);
        if (isShared && _timer is null)
        {
            _timer = new PeriodicTimer(Beat, clock);
            _beating = BeatAsync(_timer);
        }
    }

    /// <summary>Writes the document anew; false when somebody has taken this process for dead.</summary>
    private async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        var held = _lease;
        while (true)
        {
            var started = clock.GetTimestamp();
            try
            {
                var etag = await documents.PutAsync(NameOf(held.Owner), Content(held.Beats + 1), held.ETag, cancellationToken).ConfigureAwait(false);
                _lease = held with { ETag = etag, Beats = held.Beats + 1, RenewedAt = started };
                return true;
            }
            catch (ImageConflictException)
            {
                // Others only ever remove it, so if it is there, the answer of an earlier write of this process was lost.
                if (await documents.GetAsync(NameOf(held.Owner), cancellationToken).ConfigureAwait(false) is not { } own || own.ETag == held.ETag)
                {
                    return false;
                }

                held = held with { ETag = own.ETag };
            }
        }
    }

    private async Task BeatAsync(PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            if (!isAtWork())
            {
                continue;
            }

            try
            {
                await _turn.WaitAsync(_closing.Token).ConfigureAwait(false);
                try
                {
                    await TryRenewAsync(_closing.Token).ConfigureAwait(false);
                }
                finally
                {
                    _turn.Release();
                }
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (ImageStorageException exception)
            {
                // The lease runs out by itself, and the transactions notice; the next beat may be in time.
                Log.TransactionLeaseFailed(logger, exception);
            }
        }
    }

    private static byte[] Content(long beats) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"process\":{Environment.ProcessId},\"beats\":{beats}}}"));

    private sealed record Lease(string Owner, DocumentETag ETag, long Beats, long RenewedAt);
}
