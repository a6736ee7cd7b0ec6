using ImageStorage.FileSystem.Locking;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// What changes runs and manifest, by one process at a time: the lock, the switch from one manifest to the next, and the
/// removal of what no longer counts.
/// </summary>
internal sealed class IndexMaintenance(IVolume volume, StagingArea staging, IndexFiles files, LockPatience patience)
{
    /// <summary>Runs an act under the lock, or not at all when another process holds it.</summary>
    public void TryRun(Action act)
    {
        using var held = volume.OpenLock(files.MergeLock);
        if (held.TryEnter())
        {
            Run(held, act);
        }
    }

    /// <summary>Runs an act under the lock, for which it waits.</summary>
    /// <exception cref="VolumeFailureException">Another process has held the lock for <see cref="LockPatience.ForIndex"/>.</exception>
    public void Run(Action act, CancellationToken cancellationToken)
    {
        using var held = volume.OpenLock(files.MergeLock);
        var wait = patience.Begin("'index/merge.lock'", LockPatience.ForIndex, cancellationToken);
        while (!held.TryEnter())
        {
            wait.Pause();
        }

        Run(held, act);
    }

    private static void Run(VolumeLock held, Action act)
    {
        try
        {
            act();
        }
        finally
        {
            held.Exit();
        }
    }

    /// <summary>
    /// Lets a list of runs count from now on. All of it is durable, whatever the durability of images is, so that what is
    /// no longer named can go: a power cut shows the old list with its runs, or the new one with its.
    /// </summary>
    public void Switch(IReadOnlyList<IndexRun> runs)
    {
        using var staged = staging.Create(0);
        staged.Append(new IndexManifest(runs).ToBytes());
        staged.Finish(Durability.Full);
        volume.FlushDirectory(files.Folder);
        staged.CommitTo(files.Manifest);
        volume.FlushDirectory(files.Folder);
    }

    /// <summary>Has the writer of a log ended, or decided all that it has?</summary>
    public bool HasEnded(string id)
    {
        using var owner = volume.OpenLock(files.Owner(id));
        if (!owner.TryEnter())
        {
            return false;
        }

        owner.Exit();
        return true;
    }

    /// <summary>Deletes logs that were merged, and whatever else lies there of which nobody knows any more. Only behind a <see cref="Switch"/>.</summary>
    public void Tidy(IReadOnlyCollection<string> merged, IReadOnlyList<IndexRun> runs)
    {
        foreach (var id in merged)
        {
            volume.DeleteFile(files.Log(id));
            volume.DeleteFile(files.Owner(id));
        }

        var (logs, owners, runFiles) = files.Read();
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
        using var owner = volume.OpenLock(files.Owner(id));
        if (owner.TryEnter())
        {
            volume.DeleteFile(files.Owner(id));
            owner.Exit();
        }
    }
}
