using ImageStorage.FileSystem.Locking;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// What changes runs and manifest, by one process at a time: the lock, the switch from one manifest to the next, and the
/// removal of what no longer counts.
/// </summary>
internal sealed class IndexMaintenance(IVolume volume, StagingArea staging, IndexFiles files, LockTimeouts timeouts)
{
    /// <summary>Runs an act under the lock, or not at all when another process holds it.</summary>
    public void TryRun(Action action)
    {
        using var held = volume.OpenLock(files.MergeLock);
        if (held.TryEnter())
        {
            Run(held, action);
        }
    }

    /// <summary>Runs an act under the lock, for which it waits.</summary>
    /// <exception cref="VolumeFailureException">Another process has held the lock for <see cref="LockTimeouts.ForIndex"/>.</exception>
    public void Run(Action action, CancellationToken cancellationToken)
    {
        using var held = volume.OpenLock(files.MergeLock);
        var wait = timeouts.Begin("'index/merge.lock'", LockTimeouts.ForIndex, cancellationToken);
        while (!held.TryEnter())
        {
            wait.Pause();
        }

        Run(held, action);
    }

    private void Run(VolumeLock held, Action action)
    {
        try
        {
            ConfirmIsHeld();
            action();
        }
        finally
        {
            held.Exit();
        }
    }

    /// <summary>Throws unless the merge lock of this store is held: another store at the path has a merge lock too.</summary>
    private void ConfirmIsHeld()
    {
        files.Confirm();
        using var again = volume.OpenLock(files.MergeLock);
        if (again.TryEnter())
        {
            again.Exit();
            throw IndexFiles.WasAbsent();
        }
    }

    /// <summary>
    /// Lets a list of runs count from now on. All of it is durable, whatever the durability of images is, so that what is
    /// no longer named can go: a power cut shows the old list with its runs, or the new one with its.
    /// </summary>
    /// <param name="replaced">The manifest that the new list was made from; null when it is missing or damaged.</param>
    /// <param name="runs">The runs that count from now on.</param>
    public void Switch(IndexManifest? replaced, IReadOnlyList<IndexRun> runs)
    {
        if (!IndexManifest.AreSame(replaced, files.ReadManifest()))
        {
            throw IndexFiles.WasAbsent();
        }

        using var staged = staging.Create(0);
        staged.Append(new IndexManifest(runs).ToBytes());
        staged.Finish(Durability.Full);
        volume.FlushDirectory(files.Folder);
        staged.CommitTo(files.Manifest);
        volume.FlushDirectory(files.Folder);

        // The flush may have met another store; then nothing is deleted.
        files.Confirm();
    }

    /// <summary>Of some logs, those whose writers have ended, or have decided all that they had.</summary>
    public List<string> FindEnded(IReadOnlyList<string> logs)
    {
        var ended = logs.Where(IsFree).ToList();

        // In another store each of these locks is free, because it does not exist there. So they must be free twice.
        files.Confirm();
        return ended.FindAll(IsFree);
    }

    private bool IsFree(string id)
    {
        using var owner = volume.OpenLock(files.Owner(id));
        if (!owner.TryEnter())
        {
            return false;
        }

        owner.Exit();
        return true;
    }

    /// <summary>Deletes logs that were merged (all names are unique, so nothing of another store is deleted), and other files there that no manifest names. Only after a <see cref="Switch"/>.</summary>
    public void DeleteObsolete(IReadOnlyCollection<string> merged, IReadOnlyList<IndexRun> runs)
    {
        foreach (var id in merged)
        {
            volume.DeleteFile(files.Log(id));
            volume.DeleteFile(files.Owner(id));
        }

        var (logs, owners, runFiles) = files.Read();
        files.Confirm();
        foreach (var run in runFiles.Except(runs.Select(run => run.Id)))
        {
            volume.DeleteFile(files.Run(run));
        }

        // A lock without its log was left by a crash, or is that of a writer who is about to create the log.
        foreach (var owner in owners.Except(logs))
        {
            DeleteOwnerIfFree(owner);
        }
    }

    private void DeleteOwnerIfFree(string id)
    {
        if (!IsFree(id))
        {
            return;
        }

        files.Confirm();
        using var owner = volume.OpenLock(files.Owner(id));
        if (owner.TryEnter())
        {
            volume.DeleteFile(files.Owner(id));
            owner.Exit();
        }
    }
}
