namespace ImageStorage.Caching.Disk;

/// <summary>
/// How many bytes the folder holds, for all processes. Whoever makes or drops a file there has the ledger open for itself alone meanwhile, so that the sum is
/// always that of the files. A lock that a process held ends with the process; then the ledger says that it was at work, and the files are counted anew.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class DiskLedger(string path)
{
    // Holders need some tens of microseconds, but for the counting of all files.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    // Between the threads of this process, which need not meet at the file.
    private readonly Lock _gate = new();

    /// <summary>Enters the ledger; null when somebody else has it.</summary>
    /// <param name="isPatient">Wait for that somebody, a little?</param>
    public LedgerSession? TryEnter(bool isPatient)
    {
        if (!_gate.TryEnter(isPatient ? Patience : TimeSpan.Zero))
        {
            return null;
        }

        LedgerSession? session = null;
        try
        {
            return session = OpenLocked(isPatient);
        }
        finally
        {
            if (session is null)
            {
                _gate.Exit();
            }
        }
    }

    private LedgerSession? OpenLocked(bool isPatient)
    {
        // There is no way to wait for a file that ends by itself, so it is tried again, less and less often.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new LedgerSession(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), _gate);
            }
            catch (IOException exception) when (FileFaults.IsHeld(exception))
            {
                var pause = TimeSpan.FromMilliseconds(Math.Min(attempt, 10));
                if (!isPatient || attempt * (attempt + 1) / 2 > Patience.TotalMilliseconds)
                {
                    return null;
                }

                using var never = new ManualResetEventSlim();
                never.Wait(pause);
            }
        }
    }
}
