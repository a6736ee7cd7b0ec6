using ImageStorage.Diagnostics;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>Replaces damaged images by the sound ones of the other side, beside the reads that found them. Each image once at a time, two at a time in all.</summary>
internal sealed class MirrorRepairs(MirrorSide primary, MirrorSide mirror, MirrorLeveler leveler, KeyLocks locks, TimeProvider clock, StorageEventQueue events, ILogger logger) : IAsyncDisposable
{
    private const int MostAtOnce = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<(ImageKey Key, MirrorSide Side), Task> _running = [];
    private readonly SemaphoreSlim _turns = new(MostAtOnce);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Begins a repair, unless the image is being repaired already.</summary>
    public void Start(ImageKey key, MirrorSide damaged)
    {
        lock (_gate)
        {
            if (!_closing.IsCancellationRequested && !_running.ContainsKey((key, damaged)))
            {
                _running[(key, damaged)] = RunAsync(key, damaged);
            }
        }
    }

    /// <summary>The end of all repairs that have begun.</summary>
    public Task WaitAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_running.Values);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await WaitAsync().ConfigureAwait(false);
        _turns.Dispose();
        _closing.Dispose();
    }

    private async Task RunAsync(ImageKey key, MirrorSide damaged)
    {
        // Not on the time of the read, and not before it is in the list.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await _turns.WaitAsync(_closing.Token).ConfigureAwait(false);
            try
            {
                if (await TryRepairAsync(key, damaged, _closing.Token).ConfigureAwait(false))
                {
                    Log.CorruptionRepaired(logger, damaged.Name);
                    events.Publish(new CorruptionRepaired(key, damaged.Name) { At = clock.GetUtcNow() });
                }
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Exception exception) when (exception is ImageStorageException || (exception is OperationCanceledException && _closing.IsCancellationRequested))
        {
            // Nobody waits for it; the next read that finds the damage tries again.
            Log.RepairFailed(logger, damaged.Name, exception.GetType().Name);
            Log.RepairFailedWith(logger, exception);
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove((key, damaged));
            }
        }
    }

    private static async Task<bool> IsDamagedAsync(ImageKey key, MirrorSide side, CancellationToken cancellationToken)
    {
        try
        {
            if (await side.Provider.OpenReadAsync(key, null, cancellationToken).ConfigureAwait(false) is { } image)
            {
                await using (image.ConfigureAwait(false))
                {
                    await image.Content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
                }
            }

            return false;
        }
        catch (ImageCorruptedException)
        {
            return true;
        }
    }

    private async Task<bool> TryRepairAsync(ImageKey key, MirrorSide damaged, CancellationToken cancellationToken)
    {
        try
        {
            return await RepairAsync(key, damaged, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            // Another process repaired, replaced or deleted the image between the look and the copy.
            return false;
        }
    }

    private async Task<bool> RepairAsync(ImageKey key, MirrorSide damaged, CancellationToken cancellationToken)
    {
        var sound = damaged == primary ? mirror : primary;
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        if (!await IsDamagedAsync(key, damaged, cancellationToken).ConfigureAwait(false))
        {
            // Another read had it repaired, or it was saved anew.
            return false;
        }

        var (record, isUnreadable) = await damaged.FindAsync(key, cancellationToken).ConfigureAwait(false);
        var (version, _) = await sound.FindAsync(key, cancellationToken).ConfigureAwait(false);
        if (version is null || (!isUnreadable && (record is null || !MirrorCopies.HaveSameBytes(record, version))))
        {
            // It was replaced or deleted meanwhile; or the sides differ, which is the reconciler's work.
            return false;
        }

        if (record is not null)
        {
            // The same version in place of itself: a newer one that comes meanwhile stays.
            await MirrorCopies.CopyAsync(sound, damaged, version, record, key, new IfMatch(record.ETag), cancellationToken).ConfigureAwait(false);
            return true;
        }

        // Without a record there is no version to go by. Nothing may speak of another one on the damaged side.
        if (!await leveler.IsUnnotedAsync(key, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await MirrorCopies.CopyAsync(sound, damaged, version, version, key, null, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
