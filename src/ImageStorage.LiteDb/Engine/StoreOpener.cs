using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Journal;

namespace ImageStorage.LiteDb.Engine;

/// <summary>Opens or creates the database, and excludes every other owner until disposal.</summary>
internal sealed class StoreOpener(IStoreFiles files, bool createIfMissing) : IDisposable
{
    private const int PageLength = LogFrame.PageLength;
    private const int InfoOffset = 32;
    private StoreFile? _owner;
    private bool _hasBeenOpen;

    private static ReadOnlySpan<byte> LiteDbInfo => "** This is a LiteDB file **\x08"u8;

    private static ReadOnlySpan<byte> Marker => "ImageStorage.LiteDb: a store belongs to this file; its database has the same name without -owner.\n"u8;

    /// <summary>Opens the database. A write creates a missing database.</summary>
    /// <returns>
    /// The session; null when there is no database and <paramref name="forWriting"/> is <see langword="false"/>.
    /// </returns>
    public LiteSession? Open(bool forWriting)
    {
        try
        {
            return OpenOwned(forWriting);
        }
        catch
        {
            // An operator who repairs the files must not find them locked.
            Release();
            throw;
        }
    }

    /// <summary>Creates an empty database under the name of new databases, and leaves the database open.</summary>
    public LiteSession CreateNew()
    {
        DeleteNew();
        var session = OpenSession(FileSuffixes.New, FileSuffixes.NewLog, create: true);
        try
        {
            session.Prepare();
            session.Checkpoint();
            return session;
        }
        catch
        {
            Close(session);
            throw;
        }
    }

    /// <summary>
    /// Renames the complete new database over the old database, which must be closed and have an empty log.
    /// </summary>
    public void PutNewInPlace()
    {
        files.Replace(FileSuffixes.New, FileSuffixes.Data);
        files.FlushFolder();
        files.Delete(FileSuffixes.NewLog);
    }

    /// <summary>Deletes an incomplete new database.</summary>
    public void DeleteNew()
    {
        files.Delete(FileSuffixes.New);
        files.Delete(FileSuffixes.NewLog);
    }

    public void Dispose() => _owner?.Dispose();

    /// <summary>Releases the owner file. A store that reappears at the path has an owner file of its own.</summary>
    public void Release()
    {
        _owner?.Dispose();
        _owner = null;
    }

    private LiteSession? OpenOwned(bool forWriting)
    {
        if (_hasBeenOpen && !(files.Exists(FileSuffixes.Data) && files.Exists(FileSuffixes.Log)))
        {
            // This provider has had the store open: an empty path is not a new store, whatever CreateIfMissing says.
            throw new StoreGoneException();
        }

        if (_owner is null && !files.Exists(FileSuffixes.Data) && !files.Exists(FileSuffixes.Owner))
        {
            RefuseLostDatabase();
            RefuseUnlessCreating();
            if (!forWriting)
            {
                return null;
            }

            files.CreateFolder();
        }

        _owner ??= files.Open(FileSuffixes.Owner, create: true);
        if (!files.Exists(FileSuffixes.Data))
        {
            RefuseLostDatabase();
            RefuseUnlessCreating();
            if (!forWriting)
            {
                return null;
            }

            Create();
        }

        if (files.HasForeignLog)
        {
            throw Unusable("another program has written to the database through LiteDB and left a log of LiteDB's own. Let that program run a checkpoint, and do not let other programs write to the database");
        }

        // Left by a process that ended while it created or compacted a database.
        DeleteNew();
        var session = OpenExisting(forWriting);
        try
        {
            MarkOwner();
            _hasBeenOpen = true;
            files.Mounts.Remember();
            return session;
        }
        catch
        {
            Close(session);
            throw;
        }
    }

    private void Create()
    {
        Close(CreateNew());
        PutNewInPlace();
    }

    private LiteSession OpenExisting(bool forWriting)
    {
        var session = OpenSession(FileSuffixes.Data, FileSuffixes.Log, create: false);
        try
        {
            CheckLayout(session);
            session.WriteProbe();
            session.Checkpoint();
            return session;
        }
        catch (Exception exception) when (exception is IOException and not DamagedFileException)
        {
            return OpenAfterFailure(session, forWriting);
        }
        catch
        {
            Close(session);
            throw;
        }
    }

    /// <summary>
    /// Opens the database on a full or failing disk: stored images can still be read, and each write fails by itself.
    /// The log is truncated first, because nothing may be appended to a log whose flush has failed.
    /// </summary>
    private LiteSession OpenAfterFailure(LiteSession failed, bool forWriting)
    {
        var isRewound = false;
        failed.Dispose();
        try
        {
            failed.Log.Rewind();
            isRewound = true;
        }
        catch (IOException exception) when (!forWriting && exception is not DamagedFileException)
        {
            // A read needs no writable log. The next write opens the database again and repeats the truncation.
        }
        finally
        {
            failed.Log.Dispose();
        }

        var session = OpenSession(FileSuffixes.Data, FileSuffixes.Log, create: false);
        try
        {
            session.IsReadOnly = !isRewound;
            CheckLayout(session);
            return session;
        }
        catch
        {
            Close(session);
            throw;
        }
    }

    private static void Close(LiteSession session)
    {
        session.Dispose();
        session.Log.Dispose();
    }

    private LiteSession OpenSession(string data, string log, bool create)
    {
        StoreFile? dataFile = null;
        StoreFile? logFile = null;
        try
        {
            dataFile = files.Open(data, create);
            if (!create)
            {
                CheckFormat(dataFile);
            }

            var isNewLog = !files.Exists(log);
            logFile = files.Open(log, create: true);
            var commits = CommitLog.Open(logFile);
            if (isNewLog)
            {
                files.FlushFolder();
            }

            CropTornPage(dataFile, commits);
            var stream = new DataStream(dataFile, commits) { IsWritable = create };
            var session = new LiteSession(stream, commits, create);
            stream.IsWritable = false;
            return session;
        }
        catch
        {
            dataFile?.Dispose();
            logFile?.Dispose();
            throw;
        }
    }

    // LiteDB would make a new database of any empty file.
    private static void CheckFormat(StoreFile file)
    {
        var page = new byte[PageLength];
        var read = file.Read(page, 0);
        var isLiteDb = read == PageLength && page.AsSpan(InfoOffset).StartsWith(LiteDbInfo);
        if (isLiteDb)
        {
            return;
        }

        throw read == 0 ? Unusable("the database file is empty: it was truncated, or another program created it. Restore the file from a copy, or delete the file if it never held images")
            : read == PageLength && page[0] == 1 && page.AsSpan(1).IndexOfAnyExcept((byte)0) >= 0 ? Unusable("the database file is encrypted with a password of LiteDB, which is not supported. Export the images with the program that wrote the file")
            : page.AsSpan(InfoOffset).StartsWith(LiteDbInfo[..^1]) ? Unusable("the database file has the format of another version of LiteDB. Export the images with the program that wrote the file")
            : Unusable("the file is not a LiteDB database. Set Path to another file");
    }

    private static void CropTornPage(StoreFile file, CommitLog log)
    {
        var rest = file.Length % PageLength;
        if (rest != 0)
        {
            // A checkpoint was interrupted while the file grew. The page is in the log.
            file.SetLength(log.Count > 0 ? file.Length - rest : throw new DamagedFileException("the database file was truncated"));
        }
    }

    private static void CheckLayout(LiteSession session)
    {
        var meta = session.Find(StoreLayout.Meta, StoreLayout.MetaId);
        if (meta is null || meta["format"] != StoreLayout.FormatName || !meta["layout"].IsInt32)
        {
            throw Unusable("the database belongs to another application. Set Path to another file");
        }

        var layout = meta["layout"].AsInt32;
        if (layout != StoreLayout.LayoutVersion)
        {
            var remedy = layout > StoreLayout.LayoutVersion
                ? "a newer version of the library wrote it. Update the library"
                : "an older version of the library wrote it. Copy the images into a new database with the version that wrote it, or set Path to another file";
            throw new StorageNotSupportedException(
                $"{LiteDbImageProvider.ProviderName} cannot use the store: the database has layout {layout}, this version of the library reads layout {StoreLayout.LayoutVersion}; {remedy}. Nothing was changed.")
            { Provider = LiteDbImageProvider.ProviderName };
        }
    }

    /// <summary>
    /// Throws when other files show that there was a database: an empty store must not replace a lost store.
    /// </summary>
    private void RefuseLostDatabase()
    {
        var found = _owner is { Length: > 0 } || (_owner is null && files.Exists(FileSuffixes.Log)) ? "its log or owner file is present"
            : files.HasBackup ? "a backup of LiteDB is present"
            : null;
        if (found is not null)
        {
            throw Unusable($"the database file is missing, but {found}. Restore the database, or remove these files to start with an empty store; nothing was changed");
        }

        if (files.Mounts.IsMissing())
        {
            throw Unusable(
                "the volume of the database is not mounted: the database at this path was on a volume that is not present now. Mount the volume. If you moved or removed the database for good, " +
                $"delete the file {files.Mounts.FileName} in the folder ImageStorage/mounts of this user's local application data; then a new store is created at the path",
                isTransient: true);
        }
    }

    private void RefuseUnlessCreating()
    {
        if (!createIfMissing)
        {
            throw Unusable("there is no database at the path. Check the path, or set CreateIfMissing");
        }
    }

    private void MarkOwner()
    {
        if (_owner!.Length != Marker.Length)
        {
            _owner.Write(Marker, 0);
            _owner.SetLength(Marker.Length);
            _owner.Flush();
            files.FlushFolder();
        }
    }

    private static StorageUnavailableException Unusable(string reason, bool isTransient = false) =>
        new($"{LiteDbImageProvider.ProviderName} cannot use the store: {reason}.", null, isTransient) { Provider = LiteDbImageProvider.ProviderName, Reason = reason };
}
