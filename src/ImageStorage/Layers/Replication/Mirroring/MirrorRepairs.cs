using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// Replaces damaged images by the sound images of the other replica, in the background of the reads that found the
/// damage. Repairs each image once at a time, and two images at once.
/// </summary>
internal sealed class MirrorRepairs(MirrorReplica primary, MirrorReplica mirror, MirrorSynchronizer synchronizer, KeyLocks locks, TimeProvider clock, IStorageEventSink events, ILogger logger) : IAsyncDisposable
{
    private const int MaxConcurrency = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<(ImageKey Key, MirrorReplica Replica), Task> _running = [];
    private readonly SemaphoreSlim _slots = new(MaxConcurrency);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Starts a repair unless the image is being repaired already.</summary>
    public void Start(ImageKey key, MirrorReplica damaged)
    {
        lock (_gate)
        {
            if (!_closing.IsCancellationRequested && !_running.ContainsKey((key, damaged)))
            {
                _running[(key, damaged)] = RunAsync(key, damaged);
            }
        }
    }

    /// <summary>Returns a task that completes when all repairs that have started are complete.</summary>
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
        _slots.Dispose();
        _closing.Dispose();
    }

    private async Task RunAsync(ImageKey key, MirrorReplica damaged)
    {
        // Run neither on the reader's time nor before the repair is registered.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await _slots.WaitAsync(_closing.Token).ConfigureAwait(false);
            try
            {
                if (await TryRepairAsync(key, damaged, _closing.Token).ConfigureAwait(false))
                {
                    Log.CorruptionRepaired(logger, damaged.Name);
                    events.Publish(new CorruptionRepaired { At = clock.GetUtcNow(), Key = key, Replica = damaged.Name });
                }
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception exception) when (exception is ImageStorageException || (exception is OperationCanceledException && _closing.IsCancellationRequested))
        {
            // No caller waits for a repair. The next read that finds the damage tries again.
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

    private static async Task<bool> IsDamagedAsync(ImageKey key, MirrorReplica replica, CancellationToken cancellationToken)
    {
        try
        {
            if (await replica.Provider.OpenReadAsync(key, null, cancellationToken).ConfigureAwait(false) is { } image)
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

    private async Task<bool> TryRepairAsync(ImageKey key, MirrorReplica damaged, CancellationToken cancellationToken)
    {
        try
        {
            return await RepairAsync(key, damaged, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            // Another process repaired, replaced or deleted the image between the check and the copy.
            return false;
        }
    }

    private async Task<bool> RepairAsync(ImageKey key, MirrorReplica damaged, CancellationToken cancellationToken)
    {
        var sound = damaged == primary ? mirror : primary;
        using var held = await locks.EnterAsync(key, cancellationToken).ConfigureAwait(false);
        if (!await IsDamagedAsync(key, damaged, cancellationToken).ConfigureAwait(false))
        {
            // Another read had the image repaired, or the image was saved again.
            return false;
        }

        var (record, isUnreadable) = await damaged.FindAsync(key, cancellationToken).ConfigureAwait(false);
        var (version, _) = await sound.FindAsync(key, cancellationToken).ConfigureAwait(false);
        if (version is null || (!isUnreadable && (record is null || !MirrorCopies.HaveSameBytes(record, version))))
        {
            // The image was replaced or deleted in the meantime, or the replicas differ, and the reconciler resolves
            // that.
            return false;
        }

        if (record is not null)
        {
            // Replaces the version by itself, so a newer version is never overwritten.
            await MirrorCopies.CopyAsync(sound, damaged, version, record, key, new IfMatch(record.ETag), cancellationToken).ConfigureAwait(false);
            return true;
        }

        // Without a record, no version can be compared. A hint could speak for another version.
        if (!await synchronizer.HasNoHintsAsync(new MirrorImage(key), cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await MirrorCopies.CopyAsync(sound, damaged, version, version, key, null, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
