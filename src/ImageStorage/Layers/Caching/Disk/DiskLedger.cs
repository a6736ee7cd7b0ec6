namespace ImageStorage.Caching.Disk;

/// <summary>
/// The number of bytes in the folder, for all processes. A process that creates or drops files has the ledger open
/// exclusively, so that the sum always matches the files. The lock of a process ends with the process. A mark in the
/// ledger then shows that a change was in progress, and the next process counts the files.
/// </summary>
/// <param name="path">The path of the ledger.</param>
internal sealed class DiskLedger(string path)
{
    // A session takes some tens of microseconds, except for a count of all files.
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(250);

    // Between the threads of this process, so that they do not compete for the file.
    private readonly Lock _gate = new();

    /// <summary>Opens the ledger. Returns null if another thread or process has the ledger open.</summary>
    /// <param name="mayWait">Whether to wait up to 250 milliseconds.</param>
    public LedgerSession? TryEnter(bool mayWait)
    {
        if (!_gate.TryEnter(mayWait ? LockTimeout : TimeSpan.Zero))
        {
            return null;
        }

        LedgerSession? session = null;
        try
        {
            return session = OpenLocked(mayWait);
        }
        finally
        {
            if (session is null)
            {
                _gate.Exit();
            }
        }
    }

    private LedgerSession? OpenLocked(bool mayWait)
    {
        // No platform can wait for a file lock with a timeout, so the attempts are repeated with growing pauses.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new LedgerSession(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), _gate);
            }
            catch (IOException exception) when (FileFaults.IsHeld(exception))
            {
                var pause = TimeSpan.FromMilliseconds(Math.Min(attempt, 10));
                if (!mayWait || attempt * (attempt + 1) / 2 > LockTimeout.TotalMilliseconds)
                {
                    return null;
                }

                using var never = new ManualResetEventSlim();
                never.Wait(pause);
            }
        }
    }
}
