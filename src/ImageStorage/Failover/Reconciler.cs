using ImageStorage.Documents;
using ImageStorage.Errors;
using ImageStorage.Events;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>Brings what waits on the fallback to the primary, the oldest note first.</summary>
internal sealed class Reconciler(
    IImageProvider primary, HintStore hints, HandoffImages images, HintView view, HandoffLease lease, Backlog backlog, PrimaryHealth health, HandoffSettler settler, TimeProvider clock, StorageEventQueue events, ILogger logger)
    : IDisposable
{
    // Longer than any save takes from its bytes to its note, also with clocks that differ.
    private static readonly TimeSpan OrphanGrace = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly HashSet<string> _reported = [];

    public async Task<ReconcileResult> RunAsync(IProgress<int>? progress, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var names = await hints.ListAsync(cancellationToken).ConfigureAwait(false);
            backlog.Set(names.Count);
            var (readable, unreadable) = await ReadAsync(names, cancellationToken).ConfigureAwait(false);
            var (settled, conflicts) = (0, 0);
            foreach (var hint in readable.OrderBy(hint => hint.At))
            {
                cancellationToken.ThrowIfCancellationRequested();
                switch (await SettleAsync(hint, cancellationToken).ConfigureAwait(false))
                {
                    case HandoffOutcome.PrimaryNewer:
                        conflicts++;
                        settled++;
                        break;
                    case not null:
                        settled++;
                        break;
                }

                progress?.Report(names.Count - settled);
            }

            var lost = readable.Count(hint => _reported.Contains(HintStore.NameOf(hint.Key).Value));
            var remaining = await EndAsync(cancellationToken).ConfigureAwait(false);
            if (settled > 0)
            {
                Log.Reconciled(logger, settled, remaining);
            }

            return new ReconcileResult(settled, conflicts, unreadable + lost, remaining);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<(List<HandoffHint> Hints, int Unreadable)> ReadAsync(List<DocumentName> names, CancellationToken cancellationToken)
    {
        var read = new List<HandoffHint>(names.Count);
        var unreadable = 0;
        foreach (var name in names)
        {
            try
            {
                if (await hints.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } hint)
                {
                    read.Add(hint);
                }
            }
            catch (StorageCorruptedException exception)
            {
                unreadable++;
                Report(name, exception.Reason ?? exception.Message);
            }
        }

        return (read, unreadable);
    }

    private async Task<HandoffOutcome?> SettleAsync(HandoffHint hint, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await settler.SettleAsync(hint.Key, cancellationToken).ConfigureAwait(false);
            if (outcome is { } settled)
            {
                health.WriteTaken();
                _reported.Remove(HintStore.NameOf(hint.Key).Value);
                Log.HandoffSettled(logger, hint.Key, settled);
                events.Publish(new HandoffReconciled(hint.Key, settled) { At = clock.GetUtcNow() });
            }

            return outcome;
        }
        catch (StorageCorruptedException exception)
        {
            // This one image cannot be settled; the others can.
            Report(HintStore.NameOf(hint.Key), exception.Reason ?? exception.Message);
            return null;
        }
        catch (StorageUnavailableException exception) when (exception.Provider == primary.Name)
        {
            health.Failed(exception);
            throw;
        }
    }

    /// <summary>Looks what is left, and ends the failover when it is nothing.</summary>
    private async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        var remaining = (await hints.ListAsync(cancellationToken).ConfigureAwait(false)).Count;
        backlog.Set(remaining);
        if (remaining > 0)
        {
            return remaining;
        }

        await SweepAsync(cancellationToken).ConfigureAwait(false);
        await lease.EndAsync(cancellationToken).ConfigureAwait(false);
        view.Expire();
        if (await view.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
        {
            health.Drained();
        }

        return 0;
    }

    /// <summary>Deletes bytes that a crash left between their write and their note.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            var page = await images.ListAsync(token, cancellationToken).ConfigureAwait(false);
            foreach (var orphan in page.Items.Where(image => image.ModifiedAt < clock.GetUtcNow() - OrphanGrace))
            {
                // What a conflict left is kept, not forgotten.
                var id = orphan.Key.Value[HandoffImages.Prefix.Length..];
                if (!await hints.IsKeptAsync(id, cancellationToken).ConfigureAwait(false))
                {
                    await images.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
                }
            }

            token = page.ContinuationToken;
        }
        while (token is not null);
    }

    private void Report(DocumentName name, string reason)
    {
        if (_reported.Add(name.Value))
        {
            Log.HandoffUnreadable(logger, name.Value, reason);
            events.Publish(new HandoffUnreadable(name.Value, reason) { At = clock.GetUtcNow() });
        }
    }
}
