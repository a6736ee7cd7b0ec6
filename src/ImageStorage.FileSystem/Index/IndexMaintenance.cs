using ImageStorage.FileSystem.Locking;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// Changes runs and manifest, in one process at a time: the lock, the switch to a new manifest, and the deletion of
/// obsolete files.
/// </summary>
internal sealed class IndexMaintenance(IVolume volume, StagingArea staging, IndexFiles files, LockTimeouts timeouts)
{
    /// <summary>Runs an action under the merge lock. Does nothing if another process holds the lock.</summary>
    public void TryRun(Action action)
    {
        using var held = volume.OpenLock(files.MergeLock);
        if (held.TryEnter())
        {
            Run(held, action);
        }
    }

    /// <summary>Waits for the merge lock and runs an action under it.</summary>
    /// <exception cref="VolumeFailureException">Another process has held the lock for <see
    /// cref="LockTimeouts.ForIndex"/>.</exception>
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

    /// <summary>
    /// Throws unless the merge lock of this store is held: another store at the path has a merge lock too.
    /// </summary>
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
    /// Replaces the manifest. Everything is durable under every <see cref="Durability"/>, so that obsolete files can be
    /// deleted: after a power cut, the old manifest has its runs, or the new one.
    /// </summary>
    /// <param name="replaced">The manifest from which the new list was made; <see langword="null"/> if it is missing or
    /// damaged.</param>
    /// <param name="runs">The runs of the new manifest.</param>
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

        // The flush may have met another store. Then nothing is deleted.
        files.Confirm();
    }

    /// <summary>Returns the logs whose writers have ended, or have completed all their saves.</summary>
    public List<string> FindEnded(IReadOnlyList<string> logs)
    {
        var ended = logs.Where(IsFree).ToList();

        // In another store each of these locks is free, because it does not exist there. The locks must therefore be
        // free twice.
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

    /// <summary>
    /// Deletes merged logs and all other files that no manifest names. Names are unique, so nothing of another store is
    /// deleted. Call it only after <see cref="Switch"/>.
    /// </summary>
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

        // A lock without a log was left by a crash, or belongs to a writer that is about to create the log.
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
