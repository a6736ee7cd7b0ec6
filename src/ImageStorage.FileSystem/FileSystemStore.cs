using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.ImageFiles;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Locking;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Trees;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <summary>The components of an open store. Opening costs the same for every number of images.</summary>
internal sealed class FileSystemStore : IDisposable
{
    public const string PrivateFolder = ".imagestorage";
    public const string DocumentsFolder = PrivateFolder + "/documents";
    public const string StagingFolder = PrivateFolder + "/staging";
    public const string RetainedFolder = PrivateFolder + "/retained";

    /// <summary>
    /// The path of an empty file. It records that the folder of the images was created durably, so that its absence is
    /// a loss.
    /// </summary>
    public const string ImagesMarker = PrivateFolder + "/images.created";

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
        Volume = new GuardedVolume(volume, _presence.ConfirmFor, _presence.ConfirmIfDue);
        Durability = settings.Durability;
        Directories = new DurableDirectories(Volume, Durability);
        Staging = new StagingArea(Volume, StagingFolder, _presence.Confirm);
        var timeouts = new LockTimeouts(settings.Clock, logger);
        Locks = new StripedLocks(name => Volume.OpenLock($"{LocksFolder}/{name}"), timeouts);
        Index = new CreatedIndex(Volume, Directories, Staging, IndexFolder, Durability, IsVisible, OpenForWriting, logger, limits, schedule, timeouts, _presence.Confirm);
        Retained = new NameTree(Volume, Directories, RetainedFolder, new NameScheme(StringComparer.Ordinal, FirstChunk: 1, SpreadLength: int.MaxValue));
        EmptyFolders = new EmptyFolders(Directories, ImagePaths.Root, logger, schedule ?? CommitThreads.Enqueue);
    }

    /// <summary>
    /// Gets the volume of the store without a guard. A path may be missing because the store is missing.
    /// </summary>
    public IVolume Medium { get; }

    /// <summary>Gets the volume of the store with a guard: see <see cref="GuardedVolume"/>.</summary>
    public IVolume Volume { get; }

    public Durability Durability { get; }

    public DurableDirectories Directories { get; }

    public StagingArea Staging { get; }

    public StripedLocks Locks { get; }

    public CreatedIndex Index { get; }

    public EmptyFolders EmptyFolders { get; }

    /// <summary>Gets the files of the retained versions, by id.</summary>
    public NameTree Retained { get; }

    /// <summary>Throws <see cref="VolumeFailureException"/> unless the opened store is at its path.</summary>
    public void Confirm() => _presence.Confirm();

    /// <summary>
    /// Throws <see cref="VolumeFailureException"/> unless the opened store is at its path and has the folder of the
    /// images.
    /// </summary>
    public void ConfirmImages() => _presence.ConfirmImages();

    /// <summary>Opens the store for reading.</summary>
    /// <returns><see langword="false"/> if there is no store yet, so that there is nothing to read.</returns>
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

    /// <summary>
    /// Opens the store for writing: creates a missing store and deletes the staged files of dead processes.
    /// </summary>
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

            // A store that this process has seen is never created again at its path.
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
        Unusable("there is no store in the folder. If its volume is not mounted, mount the volume. Otherwise check Path, or set CreateIfMissing to true to create a store", isTransient: true);

    private void Create(CancellationToken cancellationToken)
    {
        Medium.CreateRoot();
        Directories.Create(LocksFolder);
        Directories.Create(StagingFolder);

        // If several processes create the store at the same time, one of them writes the id.
        using (Locks.Enter(FormatFile.Path, cancellationToken))
        {
            if (FormatFile.ReadId(Medium) is null)
            {
                // Created before the format file, so that no store is ever seen without this folder.
                Medium.CreateDirectory(ImagePaths.Root);
                Medium.FlushDirectory(string.Empty);
                FormatFile.Write(Medium, Staging);
            }
        }

        if (!Find())
        {
            throw Unusable("the store disappeared while it was created. Check whether another process removes its folder", isTransient: true);
        }
    }

    /// <summary>
    /// Creates the folder of the images and its marker unless the marker exists. From then on, the absence of the
    /// folder is a loss.
    /// </summary>
    private void EnsureImages()
    {
        if (Medium.FileExists(ImagesMarker))
        {
            _presence.ConfirmImages();
            return;
        }

        _presence.Confirm();
        Medium.CreateDirectory(ImagePaths.Root);
        Medium.FlushDirectory(string.Empty);
        using var mark = Staging.Create(0);
        mark.Finish(Durability.Full);
        mark.CommitTo(ImagesMarker);
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
            throw Unusable("the path of the store is a file. Set Path to a folder", isTransient: false);
        }

        if (_mounts.IsMissing())
        {
            throw Unusable(
                "the volume of the store is not mounted: a store was at this path on a volume that is not mounted now. Mount the volume. If the store was moved or removed for good, " +
                $"delete the file {_mounts.FileName} in the folder ImageStorage/mounts of this user's local application data, and a new store is created at this path",
                isTransient: true);
        }

        // Another process may have created the store and saved an image between the two checks. It writes the format
        // file first, so the file must be there now. An empty folder of images without the marker was left by an
        // interrupted creation.
        if ((Medium.FileExists(ImagesMarker) || HasImages()) && !_presence.TryFind())
        {
            throw FormatFile.Lost("is missing, but the folder has images", null);
        }
    }

    private bool HasImages()
    {
        var isEmpty = true;
        Medium.VisitDirectory(ImagePaths.Root, (_, _) => isEmpty = false);
        return !isEmpty;
    }

    /// <summary>
    /// Closes all open files if the store returned as another copy or mount of itself, because they belong to the old
    /// one.
    /// </summary>
    private void ReopenIfMoved()
    {
        if (!_presence.HasMoved)
        {
            return;
        }

        // The log first: a save that stages its file in the new store must not have its entry in the old one.
        Index.CloseLog();
        Staging.Abandon();
        Locks.Close();
        Directories.Forget();
        _created = false;
        _presence.HasMoved = false;
    }

    /// <summary>
    /// Returns <see langword="true"/> if there is an image with this key and time of creation, or a damaged one that
    /// may be it. Returns <see langword="false"/> only after two checks with a confirmation in between: another store
    /// may have been at the path during one of them, and the caller drops the entry for good.
    /// </summary>
    private bool IsVisible(IndexEntry entry)
    {
        if (HasImage(entry))
        {
            return true;
        }

        Confirm();
        return HasImage(entry);
    }

    private bool HasImage(IndexEntry entry)
    {
        try
        {
            using var file = Volume.OpenRead(ImagePaths.Of(entry.Key));
            return file is not null && ImageFileFooter.Read(file, entry.Key).Info.CreatedAt == entry.CreatedAt;
        }
        catch (Exception exception) when (exception is ImageCorruptedException or StorageNotSupportedException or LinkRefusedException)
        {
            return true;
        }
    }
}

/// <summary>Settings of an open store.</summary>
/// <param name="Durability">The durability of acknowledged writes.</param>
/// <param name="CreateIfMissing">Whether a missing store is created.</param>
/// <param name="Clock">The clock that limits how often the presence of the store is confirmed.</param>
/// <param name="Mounts">The record of the mount point of the store, or <see langword="null"/> for none.</param>
internal sealed record FileSystemStoreSettings(Durability Durability, bool CreateIfMissing, TimeProvider Clock, KnownMounts? Mounts = null);
