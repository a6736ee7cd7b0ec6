using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// Compares the replicas image by image in key order and synchronizes the images that differ, and those that one of the
/// replicas cannot list: a damaged record is repaired from the other replica. Holds two pages in memory.
/// </summary>
internal sealed class MirrorResync(MirrorReplica primary, MirrorReplica mirror, MirrorSynchronizer synchronizer, ILogger logger)
{
    /// <summary>Compares all images.</summary>
    /// <returns>The result, and whether both replicas now have everything that can be read from either.</returns>
    public async Task<(ResyncResult Result, bool IsComplete)> RunAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var (ofPrimary, ofMirror) = (new MirrorCursor(primary), new MirrorCursor(mirror));
        await ofPrimary.MoveNextAsync(cancellationToken).ConfigureAwait(false);
        await ofMirror.MoveNextAsync(cancellationToken).ConfigureAwait(false);
        var (result, isComplete) = (new ResyncResult { Compared = 0, Synchronized = 0, Conflicts = 0, Failed = 0 }, true);
        while (ofPrimary.Current is not null || ofMirror.Current is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (one, other) = (ofPrimary.Current, ofMirror.Current);
            var order = one is null ? 1 : other is null ? -1 : one.Key!.Value.CompareTo(other.Key!.Value);
            result = result with { Compared = result.Compared + 1 };
            if (order != 0 || one!.Info is null || one.Info.ETag != other!.Info?.ETag)
            {
                var outcome = await SynchronizeAsync((order <= 0 ? one : other)!.Key!.Value, cancellationToken).ConfigureAwait(false);
                isComplete &= outcome.IsComplete;
                result = outcome.Outcome switch
                {
                    null => result with { Failed = result.Failed + 1 },
                    MirrorOutcome.AlreadyInSync => result,
                    MirrorOutcome.Conflict => result with { Synchronized = result.Synchronized + 1, Conflicts = result.Conflicts + 1 },
                    _ => result with { Synchronized = result.Synchronized + 1 },
                };
            }

            progress?.Report(result.Compared);
            if (order <= 0)
            {
                await ofPrimary.MoveNextAsync(cancellationToken).ConfigureAwait(false);
            }

            if (order >= 0)
            {
                await ofMirror.MoveNextAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        result = result with { Failed = result.Failed + ofPrimary.Nameless + ofMirror.Nameless };
        Log.Resynced(logger, result.Compared, result.Synchronized, result.Failed);
        return (result, isComplete);
    }

    private async Task<(MirrorOutcome? Outcome, bool IsComplete)> SynchronizeAsync(ImageKey key, CancellationToken cancellationToken)
    {
        try
        {
            return (await synchronizer.SynchronizeAsync(key, true, cancellationToken).ConfigureAwait(false), true);
        }
        catch (ImageStorageException exception) when (exception is not StorageUnavailableException)
        {
            // One image that cannot be copied must not stop the others. An image that is damaged here exists nowhere
            // else.
            Log.ResyncFailed(logger, exception.GetType().Name);
            Log.ResyncFailedWith(logger, exception);
            return (null, exception is StorageCorruptedException);
        }
    }
}
