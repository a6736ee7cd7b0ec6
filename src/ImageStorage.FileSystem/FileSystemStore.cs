using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Locking;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Needles;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <summary>The parts of an open store, and how it is opened: at a cost that does not depend on what it holds.</summary>
internal sealed class FileSystemStore : IDisposable
{
    public const string PrivateFolder = ".imagestorage";
    public const string DocumentsFolder = PrivateFolder + "/documents";
    public const string StagingFolder = PrivateFolder + "/staging";
    public const string KeptFolder = PrivateFolder + "/kept";

    /// <summary>An empty file that says: the folder of the images was created, durably. If that folder is missing, it is lost.</summary>
    public const string ImagesMark = PrivateFolder + "/images.created";

    private const string LocksFolder = PrivateFolder + "/locks";
    private const string IndexFolder = PrivateFolder + "/index";

    private readonly bool _createIfMissing;
    private readonly KnownMounts _mounts;
    private readonly StorePresence _presence;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile bool _created;
    private volatile bool _disposed;

    public FileSystemStore(IVolume volume, FileSystemStoreSettings settings, ILogger logger, IndexLimits? limits = null, Action<Action>? schedule = null)
    {
        _createIfMissing = settings.CreateIfMissing;
        _mounts = settings.Mounts ?? new KnownMounts(null, string.Empty, static () => null);
        _presence = new StorePresence(volume, settings.Clock, logger);
        Medium = volume;
        Volume = new GuardedVolume(volume, _presence.ConfirmFor, _presence.ConfirmSometimes);
        Durability = settings.Durability;
        Directories = new DurableDirectories(Volume, Durability);
        Staging = new StagingArea(Volume, StagingFolder, _presence.Confirm);
        var patience = new LockPatience(settings.Clock, logger);
        Locks = new StripedLocks(name => Volume.OpenLock($"{LocksFolder}/{name}"), patience);
        Index = new CreatedIndex(Volume, Directories, Staging, IndexFolder, Durability, IsVisible, OpenForWriting, logger, limits, schedule, patience, _presence.Confirm);
        EmptyFolders = new EmptyFolders(Directories, ImagePaths.Root, logger, schedule ?? CommitThreads.Enqueue);
    }

    /// <summary>Where the store is; what it reports as missing may be missing because the store is.</summary>
    public IVolume Medium { get; }

    /// <summary>Where the store is, as long as it is there: see <see cref="GuardedVolume"/>.</summary>
    public IVolume Volume { get; }

    public Durability Durability { get; }

    public DurableDirectories Directories { get; }

    public StagingArea Staging { get; }

    public StripedLocks Locks { get; }

    public CreatedIndex Index { get; }

    public EmptyFolders EmptyFolders { get; }

    /// <summary>Throws <see cref="VolumeFailureException"/> when the store that was opened is not at its path now.</summary>
    public void Confirm() => _presence.Confirm();

    /// <summary>Throws also when the folder of the images is missing, without which every image would look like one that never existed.</summary>
    public void ConfirmImages() => _presence.ConfirmImages();

    /// <summary>Makes the store ready for reading; answers false when there is none yet, so that there is nothing to read.</summary>
    public bool OpenForReading(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(FileSystemImageProvider));
        if (_presence.IsKnown && !_presence.HasMoved)
        {
            return true;
        }

        _gate.Wait(cancellationToken);
        try
        {
            ReopenIfMoved();
            if (!_presence.IsKnown && !Find())
            {
                return _createIfMissing ? false : throw Missing();
            }

            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Makes the store ready for writing: creates it when it is missing, and reclaims what dead writers left.</summary>
    public void OpenForWriting(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(FileSystemImageProvider));
        if (_created && !_presence.HasMoved)
        {
            return;
        }

        _gate.Wait(cancellationToken);
        try
        {
            ReopenIfMoved();
            if (_created)
            {
                return;
            }

            // A store that was seen once is never made again in its place.
            _presence.Confirm();
            var isNew = !_presence.IsKnown && !Find();
            if (isNew)
            {
                if (!_createIfMissing)
                {
                    throw Missing();
                }

                Create(cancellationToken);
            }

            foreach (var folder in (string[])[LocksFolder, StagingFolder, IndexFolder])
            {
                Directories.Create(folder);
                Directories.Flush(folder);
            }

            EnsureImages();
            Staging.Reclaim(cancellationToken);
            Index.Open(isNew, cancellationToken);
            _created = true;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        EmptyFolders.Dispose();
        Index.Dispose();
        Staging.Dispose();
        Locks.Dispose();
        Volume.Dispose();
    }

    public static StorageUnavailableException Unusable(string why, bool isTransient) =>
        new($"{FileSystemImageProvider.ProviderName}: {why}.", isTransient: isTransient) { Provider = FileSystemImageProvider.ProviderName };

    private static StorageUnavailableException Missing() =>
        Unusable("there is no store in the folder. If it is on a volume that is not mounted, mount it. Check the path, or set CreateIfMissing", isTransient: true);

    private void Create(CancellationToken cancellationToken)
    {
        Medium.CreateRoot();
        Directories.Create(LocksFolder);
        Directories.Create(StagingFolder);

        // Of several processes that create the store at once, one gives it its id.
        using (Locks.Enter(FormatFile.Path, cancellationToken))
        {
            if (FormatFile.ReadId(Medium) is null)
            {
                // Before the format file, so that no store is ever seen without it.
                Medium.CreateDirectory(ImagePaths.Root);
                Medium.FlushDirectory(string.Empty);
                FormatFile.Write(Medium, Staging);
            }
        }

        if (!Find())
        {
            throw Unusable("the store vanished while it was created. Check whether another process removes its folder", isTransient: true);
        }
    }

    /// <summary>The folder of the images is created with the store. One from before may have none yet; from now on its absence is a loss.</summary>
    private void EnsureImages()
    {
        if (Medium.FileExists(ImagesMark))
        {
            _presence.ConfirmImages();
            return;
        }

        _presence.Confirm();
        Medium.CreateDirectory(ImagePaths.Root);
        Medium.FlushDirectory(string.Empty);
        using var mark = Staging.Create(0);
        mark.Finish(Durability.Full);
        mark.CommitTo(ImagesMark);
        Volume.FlushDirectory(PrivateFolder);
    }

    /// <summary>Looks for the store at its path for the first time.</summary>
    private bool Find()
    {
        if (!_presence.TryFind())
        {
            ThrowUnlessFree();
            if (!_presence.IsKnown)
            {
                return false;
            }
        }

        _mounts.Remember();
        return true;
    }

    /// <summary>Throws unless a store may be created at the path, where there is none.</summary>
    private void ThrowUnlessFree()
    {
        if (Medium.RootIsFile)
        {
            throw Unusable("the root of the store is a file. Set Path to a folder", isTransient: false);
        }

        if (_mounts.IsMissing())
        {
            throw Unusable(
                "the volume of the store is not mounted: a store was seen at this path on a volume that is not there now. Mount it. If the store was moved or removed for good, " +
                $"delete the file {_mounts.FileName} in the folder ImageStorage/mounts of this user's local application data, and a new store is created here",
                isTransient: true);
        }

        // Another process may have made the store and saved an image between the two looks; it makes the format file first, so now it must be there.
        // An empty folder of images without the mark was left by a creation that did not come to its end.
        if ((Medium.FileExists(ImagesMark) || HasImages()) && !_presence.TryFind())
        {
            throw FormatFile.Lost("is missing, though the folder has images", null);
        }
    }

    private bool HasImages()
    {
        var isEmpty = true;
        Medium.VisitDirectory(ImagePaths.Root, (_, _) => isEmpty = false);
        return !isEmpty;
    }

    /// <summary>Where the store was put back as another copy or mount of itself, the files that are open are those of the old one.</summary>
    private void ReopenIfMoved()
    {
        if (!_presence.HasMoved)
        {
            return;
        }

        // The log first: a save that stages its file in the new place must not have its entry in the old one.
        Index.CloseLog();
        Staging.Abandon();
        Locks.Close();
        Directories.Forget();
        _created = false;
        _presence.HasMoved = false;
    }

    /// <summary>
    /// Is an image there, with this time of creation? One that cannot be read may be it. No is said after two looks only, with a confirmation between them:
    /// another store may have been at the path during one of them, and the entry is dropped for good.
    /// </summary>
    private bool IsVisible(IndexEntry entry)
    {
        if (IsSeen(entry))
        {
            return true;
        }

        Confirm();
        return IsSeen(entry);
    }

    private bool IsSeen(IndexEntry entry)
    {
        try
        {
            using var file = Volume.OpenRead(ImagePaths.Of(entry.Key));
            return file is not null && NeedleTail.Read(file, entry.Key).Info.CreatedAt == entry.CreatedAt;
        }
        catch (Exception exception) when (exception is ImageCorruptedException or StorageNotSupportedException or LinkRefusedException)
        {
            return true;
        }
    }
}
