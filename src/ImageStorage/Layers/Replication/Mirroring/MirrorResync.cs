using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>
/// Compares the replicas image by image in key order, then document by document, and synchronizes those that differ, and
/// the images that one of the replicas cannot list: a damaged record is repaired from the other replica. Holds two pages
/// in memory.
/// </summary>
internal sealed class MirrorResync(MirrorReplica primary, MirrorReplica mirror, MirrorSynchronizer synchronizer, MirrorVersions versions, ILogger logger)
{
    /// <summary>Compares all images, documents and retained versions.</summary>
    /// <returns>The result, and whether both replicas now have everything that can be read from either.</returns>
    public async Task<(ResyncResult Result, bool IsComplete)> RunAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var (ofPrimary, ofMirror) = (new MirrorCursor(primary), new MirrorCursor(mirror));
        await ofPrimary.MoveNextAsync(cancellationToken).ConfigureAwait(false);
        await ofMirror.MoveNextAsync(cancellationToken).ConfigureAwait(false);
        var (result, isComplete) = (new ResyncResult { Compared = 0, Synchronized = 0, Conflicts = 0, Failed = 0 }, true);
        while (ofPrimary.Current is not null || ofMirror.Current is not null)
        {
            var (one, other) = (ofPrimary.Current, ofMirror.Current);
            var order = one is null ? 1 : other is null ? -1 : one.Key!.Value.CompareTo(other.Key!.Value);
            await CompareAsync(new MirrorImage((order <= 0 ? one : other)!.Key!.Value), order == 0 && one!.Info is { } info && info.ETag == other!.Info?.ETag).ConfigureAwait(false);
            if (order <= 0)
            {
                await ofPrimary.MoveNextAsync(cancellationToken).ConfigureAwait(false);
            }

            if (order >= 0)
            {
                await ofMirror.MoveNextAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        await foreach (var document in EnumerateDocumentsAsync(cancellationToken).ConfigureAwait(false))
        {
            await CompareAsync(document, (await document.FindAsync(primary, cancellationToken).ConfigureAwait(false)).IsSameAs(await document.FindAsync(mirror, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        }

        isComplete &= await versions.ResyncAsync(cancellationToken).ConfigureAwait(false);
        result = result with { Failed = result.Failed + ofPrimary.Nameless + ofMirror.Nameless };
        Log.Resynced(logger, result.Compared, result.Synchronized, result.Failed);
        return (result, isComplete);

        async Task CompareAsync(MirrorItem item, bool isSame)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outcome = isSame ? (MirrorOutcome.AlreadyInSync, true) : await SynchronizeAsync(item, cancellationToken).ConfigureAwait(false);
            isComplete &= outcome.IsComplete;
            result = Add(result, outcome.Outcome);
            progress?.Report(result.Compared);
        }
    }

    private static ResyncResult Add(ResyncResult result, MirrorOutcome? outcome)
    {
        result = result with { Compared = result.Compared + 1 };
        return outcome switch
        {
            null => result with { Failed = result.Failed + 1 },
            MirrorOutcome.AlreadyInSync => result,
            MirrorOutcome.Conflict => result with { Synchronized = result.Synchronized + 1, Conflicts = result.Conflicts + 1 },
            _ => result with { Synchronized = result.Synchronized + 1 },
        };
    }

    /// <summary>Returns the documents of either replica, each once.</summary>
    private async IAsyncEnumerable<MirrorDocument> EnumerateDocumentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Those that only the mirror has are left after those of the primary.
        await foreach (var name in MirrorDocument.EnumerateAsync(primary, cancellationToken).ConfigureAwait(false))
        {
            yield return new MirrorDocument(name);
        }

        await foreach (var name in MirrorDocument.EnumerateAsync(mirror, cancellationToken).ConfigureAwait(false))
        {
            var document = new MirrorDocument(name);
            if (await document.FindAsync(primary, cancellationToken).ConfigureAwait(false) is { Version: null, IsDamaged: false })
            {
                yield return document;
            }
        }
    }

    private async Task<(MirrorOutcome? Outcome, bool IsComplete)> SynchronizeAsync(MirrorItem item, CancellationToken cancellationToken)
    {
        try
        {
            return (await synchronizer.SynchronizeAsync(item, true, cancellationToken).ConfigureAwait(false), true);
        }
        catch (ImageStorageException exception) when (exception is not StorageUnavailableException)
        {
            // One item that cannot be copied must not stop the others. An item that is damaged here exists nowhere else.
            Log.ResyncFailed(logger, exception.GetType().Name);
            Log.ResyncFailedWith(logger, exception);
            return (null, exception is StorageCorruptedException);
        }
    }
}
