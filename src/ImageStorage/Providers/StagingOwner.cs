namespace ImageStorage.Providers;

/// <summary>
/// The ownership of staged files in a folder that several processes share. An owner has an id, which is part of the
/// names of its staged files, and an owner file, which it locks exclusively as long as its process lives. Staged files
/// whose owner holds no lock were left by a dead process, and any process may delete them. A derived class knows the
/// medium and the names. Thread-safe.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item><see cref="Acquire"/> creates an owner file with a new id and locks the file. Before the lock, another process
/// may have deleted the file as that of a dead owner: then the next id is tried.</item>
/// <item><see cref="TryReclaim"/> takes the lock of another owner. A lock that is held means a living owner. Otherwise
/// it deletes the staged files, then the owner file, and releases the lock.</item>
/// <item><see cref="Dispose()"/> deletes the owner file, then releases the lock.</item>
/// </list>
/// No staged file exists before its owner file is locked, so an id without an owner file has no living owner.
/// </remarks>
public abstract class StagingOwner : IDisposable
{
    private readonly Lock _gate = new();
    private string? _id;
    private IDisposable? _lock;

    /// <summary>Gets the id under which this process stages: 32 hexadecimal digits; null before the first use.</summary>
    public string? Id => Volatile.Read(ref _id);

    /// <summary>Returns <see cref="Id"/>, and creates and locks an owner file if there is none.</summary>
    /// <returns>The id.</returns>
    /// <exception cref="IOException">The owner file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not create the owner file.</exception>
    public string Acquire()
    {
        if (Id is { } known)
        {
            return known;
        }

        lock (_gate)
        {
            while (_id is null)
            {
                var id = Guid.CreateVersion7().ToString("N");
                var held = TryLock(id);
                try
                {
                    if (held is not null && Exists(id))
                    {
                        Prepare(id);

                        // Another store may have been at this path for a moment. If the lock is in that store, start
                        // again in this one.
                        Confirm();
                        if (Exists(id))
                        {
                            (_lock, held) = (held, null);
                            Volatile.Write(ref _id, id);
                        }
                    }
                }
                finally
                {
                    held?.Dispose();
                }
            }

            return _id;
        }
    }

    /// <summary>
    /// Deletes the staged files of another owner, unless the owner is alive. Two processes never delete for the same
    /// owner at the same time.
    /// </summary>
    /// <param name="id">The id of the owner.</param>
    /// <param name="deleteFiles">Deletes the staged files; called while the lock is held.</param>
    /// <returns><see langword="false"/> if the owner is alive, or has ended in the meantime.</returns>
    public bool TryReclaim(string id, Action deleteFiles)
    {
        ArgumentNullException.ThrowIfNull(deleteFiles);
        if (id == Id)
        {
            return false;
        }

        // In another store at this path the lock would be free, because the owner does not exist there. The lock must
        // therefore be free twice, before and after the store is confirmed.
        using (var first = TryLockOther(id))
        {
            if (first is null)
            {
                return false;
            }
        }

        Confirm();
        using var held = TryLockOther(id);
        if (held is null)
        {
            return false;
        }

        deleteFiles();
        Remove(id);
        return true;
    }

    /// <summary>
    /// Gives up an id without touching its files: the place was replaced, and the files are not ours any more. The next
    /// <see cref="Acquire"/> creates another owner.
    /// </summary>
    /// <param name="id">The id; nothing happens if this object has another id by now.</param>
    public void Abandon(string? id)
    {
        lock (_gate)
        {
            if (id is not null && _id == id)
            {
                _lock?.Dispose();
                (_lock, _id) = (null, null);
            }
        }
    }

    /// <summary>Deletes the owner file and releases its lock. A failure leaves the file to other processes.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Deletes the owner file and releases its lock.</summary>
    /// <param name="disposing"><see langword="true"/> for a call of <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        lock (_gate)
        {
            try
            {
                if (disposing && _id is not null)
                {
                    Remove(_id);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The lock is released, so another process deletes the rest.
            }
            finally
            {
                _lock?.Dispose();
                (_lock, _id) = (null, null);
            }
        }
    }

    /// <summary>
    /// Opens an owner file, creates a missing file, and takes its lock, which ends with the returned object or with the
    /// process.
    /// </summary>
    /// <param name="id">The id of the owner.</param>
    /// <returns>The lock; null if another owner holds the lock.</returns>
    protected abstract IDisposable? TryLock(string id);

    /// <summary>Returns whether an owner file exists.</summary>
    /// <param name="id">The id of the owner.</param>
    protected abstract bool Exists(string id);

    /// <summary>Deletes an owner file, which may be missing, and an empty folder of the owner.</summary>
    /// <param name="id">The id of the owner.</param>
    protected abstract void Remove(string id);

    /// <summary>Creates the folder for staged files, if there is one per owner; called once per id, under the lock.</summary>
    /// <param name="id">The id of the owner.</param>
    protected virtual void Prepare(string id)
    {
    }

    /// <summary>Throws unless the store is at its path. The default is that the store is never replaced.</summary>
    protected virtual void Confirm()
    {
    }

    private IDisposable? TryLockOther(string id)
    {
        try
        {
            return TryLock(id);
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            // Gone in the meantime: its process ended normally, or another process deleted its file.
            return null;
        }
    }
}
