using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Journal;

namespace ImageStorage.LiteDb.Engine;

/// <summary>Opens the database, or makes it, and keeps every other owner out as long as it lives.</summary>
internal sealed class StoreOpener(IStoreFiles files, bool createIfMissing) : IDisposable
{
    private const int PageLength = LogFrame.PageLength;
    private const int InfoOffset = 32;
    private StoreFile? _owner;
    private bool _wasThere;

    private static ReadOnlySpan<byte> LiteDbInfo => "** This is a LiteDB file **\x08"u8;

    private static ReadOnlySpan<byte> Marker => "ImageStorage.LiteDb: a store belongs to this file; its database has the same name without -owner.\n"u8;

    /// <summary>Opens the database; null when there is none and nobody wants to write.</summary>
    public LiteSession? Open(bool forWriting)
    {
        try
        {
            return OpenOwned(forWriting);
        }
        catch
        {
            // Whoever has to mend something outside must not find it locked by us.
            Release();
            throw;
        }
    }

    /// <summary>Makes an empty database under the name of new ones, and leaves it open.</summary>
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

    /// <summary>Puts the finished new database in the place of the old one, which must be closed and have an empty log.</summary>
    public void PutNewInPlace()
    {
        files.Replace(FileSuffixes.New, FileSuffixes.Data);
        files.FlushFolder();
        files.Delete(FileSuffixes.NewLog);
    }

    public void DeleteNew()
    {
        files.Delete(FileSuffixes.New);
        files.Delete(FileSuffixes.NewLog);
    }

    public void Dispose() => _owner?.Dispose();

    /// <summary>Gives the owner file back, because the store is no longer at its path: it may be found there again, with an owner file of its own.</summary>
    public void Release()
    {
        _owner?.Dispose();
        _owner = null;
    }

    private LiteSession? OpenOwned(bool forWriting)
    {
        if (_wasThere && !(files.Exists(FileSuffixes.Data) && files.Exists(FileSuffixes.Log)))
        {
            // This process has had the store open: an empty place where it was is no new store, whatever CreateIfMissing says.
            throw new StoreGoneException();
        }

        if (_owner is null && !files.Exists(FileSuffixes.Data) && !files.Exists(FileSuffixes.Owner))
        {
            RefuseLeftOvers();
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
            RefuseLeftOvers();
            RefuseUnlessCreating();
            if (!forWriting)
            {
                return null;
            }

            Create();
        }

        if (files.HasForeignLog)
        {
            throw Unusable("another program has written to it through LiteDB and left a log of LiteDB's own beside it. Let that program finish its log (a checkpoint), and keep it away from the database");
        }

        // A database that was being made when its process ended.
        DeleteNew();
        var session = OpenExisting(forWriting);
        try
        {
            MarkOwner();
            _wasThere = true;
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
            if (LayoutOf(session) < StoreLayout.FirstWithFilters)
            {
                new LayoutUpgrade(session).Run();
            }

            session.Touch();
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
    /// Opens on a full or failing disk: what is there can still be read, and each write says for itself that it cannot be done. But nothing
    /// is appended to a log whose flush has failed before it was taken back.
    /// </summary>
    private LiteSession OpenAfterFailure(LiteSession failed, bool forWriting)
    {
        var isTakenBack = false;
        failed.Dispose();
        try
        {
            failed.Log.Rewind();
            isTakenBack = true;
        }
        catch (IOException exception) when (!forWriting && exception is not DamagedFileException)
        {
            // Who only reads needs no more than what can be read. The next write opens anew, and tries again.
        }
        finally
        {
            failed.Log.Dispose();
        }

        var session = OpenSession(FileSuffixes.Data, FileSuffixes.Log, create: false);
        try
        {
            session.IsForReading = !isTakenBack;
            session.HasFilterIndex = LayoutOf(session) >= StoreLayout.FirstWithFilters;
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

    // LiteDB itself would take any empty file for a new database.
    private static void CheckFormat(StoreFile file)
    {
        var page = new byte[PageLength];
        var read = file.Read(page, 0);
        var isLiteDb = read == PageLength && page.AsSpan(InfoOffset).StartsWith(LiteDbInfo);
        if (isLiteDb)
        {
            return;
        }

        throw read == 0 ? Unusable("the database file is empty: it was cut short, or something else made it. Restore it from a copy, or delete it if no images were ever in it")
            : read == PageLength && page[0] == 1 && page.AsSpan(1).IndexOfAnyExcept((byte)0) >= 0 ? Unusable("the database file is encrypted with a password of LiteDB, which is not supported. Export its images with the program that wrote it")
            : page.AsSpan(InfoOffset).StartsWith(LiteDbInfo[..^1]) ? Unusable("the database file is of another version of LiteDB. Export its images with the program that wrote it")
            : Unusable("the file is no LiteDB database. Set Path to another file");
    }

    private static void CropTornPage(StoreFile file, CommitLog log)
    {
        var rest = file.Length % PageLength;
        if (rest != 0)
        {
            // A move of pages was interrupted while the file grew; the page is in the log.
            file.SetLength(log.Count > 0 ? file.Length - rest : throw new DamagedFileException("the database file was cut short"));
        }
    }

    private static int LayoutOf(LiteSession session)
    {
        var meta = session.Find(StoreLayout.Meta, StoreLayout.MetaId);
        if (meta is null || meta["format"] != StoreLayout.FormatName || !meta["layout"].IsInt32)
        {
            throw Unusable("the database is a LiteDB database of something else. Set Path to another file");
        }

        if (meta["layout"].AsInt32 > StoreLayout.LayoutVersion)
        {
            throw new StorageNotSupportedException($"{LiteDbImageProvider.ProviderName}: the database was written by a newer version of the library (layout {meta["layout"].AsInt32}; this one knows up to {StoreLayout.LayoutVersion}). Use that version, or a newer one; nothing was touched.") { Provider = LiteDbImageProvider.ProviderName };
        }

        return meta["layout"].AsInt32;
    }

    /// <summary>A database that is gone while something beside it says that there was one must not be replaced by an empty one.</summary>
    private void RefuseLeftOvers()
    {
        var found = _owner is { Length: > 0 } || (_owner is null && files.Exists(FileSuffixes.Log)) ? "the files beside it say that there was one"
            : files.HasBackup ? "a backup of it lies beside it"
            : null;
        if (found is not null)
        {
            throw Unusable($"the database file is missing, but {found}. Put the database back, or remove those files as well to begin with an empty store; nothing was touched");
        }

        if (files.Mounts.IsMissing())
        {
            throw Unusable(
                "the volume of the database is not mounted: a database was seen at this path on a volume that is not there now. Mount it. If the database was moved or removed for good, " +
                $"delete the file {files.Mounts.FileName} in the folder ImageStorage/mounts of this user's local application data, and a new store is created here",
                isTransient: true);
        }
    }

    private void RefuseUnlessCreating()
    {
        if (!createIfMissing)
        {
            throw Unusable("there is no database. Check the path, or set CreateIfMissing");
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
