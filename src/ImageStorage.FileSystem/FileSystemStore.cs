using System.Text.Json;
using ImageStorage.Errors;
using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Locking;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Needles;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Volumes;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <summary>The parts of an open store, and how it is opened: at a cost that does not depend on what it holds.</summary>
internal sealed class FileSystemStore : IDisposable
{
    public const string PrivateFolder = ".imagestorage";
    public const string DocumentsFolder = PrivateFolder + "/documents";
    public const string StagingFolder = PrivateFolder + "/staging";
    public const string KeptFolder = PrivateFolder + "/kept";
    private const string LocksFolder = PrivateFolder + "/locks";
    private const string IndexFolder = PrivateFolder + "/index";
    private const string FormerIndexFolder = PrivateFolder + "/created";
    private const string FormatFile = PrivateFolder + "/format.json";
    private const string FormatName = "ImageStorage.FileSystem";
    private const int FormatVersion = 2;

    private readonly bool _createIfMissing;
    private readonly Lock _gate = new();
    private volatile bool _checked;
    private volatile bool _created;

    public FileSystemStore(IVolume volume, Durability durability, bool createIfMissing, ILogger logger, IndexLimits? limits = null, Action<Action>? schedule = null)
    {
        _createIfMissing = createIfMissing;
        Volume = volume;
        Durability = durability;
        Directories = new DurableDirectories(volume, durability);
        Staging = new StagingArea(volume, StagingFolder);
        Locks = new StripedLocks(name => volume.OpenLock($"{LocksFolder}/{name}"));
        Index = new CreatedIndex(volume, Directories, Staging, IndexFolder, durability, IsVisible, OpenForWriting, logger, limits, schedule);
    }

    public IVolume Volume { get; }

    public Durability Durability { get; }

    public DurableDirectories Directories { get; }

    public StagingArea Staging { get; }

    public StripedLocks Locks { get; }

    public CreatedIndex Index { get; }

    /// <summary>Makes the store ready for reading; answers false when there is none yet, so that there is nothing to read.</summary>
    public bool OpenForReading()
    {
        if (_checked)
        {
            return true;
        }

        lock (_gate)
        {
            if (CheckFormat() is { } version)
            {
                if (version < FormatVersion)
                {
                    OpenForWriting();
                }

                return _checked = true;
            }

            return _createIfMissing || Volume.RootExists ? false
                : throw Unusable("there is no store in the folder. Check the path, or set CreateIfMissing");
        }
    }

    /// <summary>Makes the store ready for writing: creates it when it is missing, and reclaims what dead writers left.</summary>
    public void OpenForWriting()
    {
        if (_created)
        {
            return;
        }

        lock (_gate)
        {
            if (_created)
            {
                return;
            }

            var version = CheckFormat();
            if (version is null)
            {
                if (!_createIfMissing)
                {
                    throw Unusable("there is no store in the folder. Check the path, or set CreateIfMissing");
                }

                Create();
            }

            foreach (var folder in (string[])[LocksFolder, StagingFolder, IndexFolder])
            {
                Directories.Create(folder);
                Directories.Flush(folder);
            }

            Staging.Reclaim();
            Index.Open();
            if (version < FormatVersion)
            {
                WriteFormat();
            }

            FormerIndex.Remove(Volume, FormerIndexFolder);
            _checked = true;
            _created = true;
        }
    }

    public void Dispose()
    {
        Index.Dispose();
        Staging.Dispose();
        Locks.Dispose();
        Volume.Dispose();
    }

    private void Create()
    {
        Directories.Create(PrivateFolder);
        Directories.Create(StagingFolder);
        WriteFormat();
        Volume.FlushDirectory(string.Empty);
    }

    private void WriteFormat()
    {
        // Written like an image, so that it is there whole or not at all. Two that create at once write the same.
        using var file = Staging.Create(0);
        file.Append(System.Text.Encoding.UTF8.GetBytes($"{{ \"format\": \"{FormatName}\", \"version\": {FormatVersion} }}\n"));

        // Durable whatever the durability of images is: without it nothing of the store can be used.
        file.Finish(Durability.Full);
        file.CommitTo(FormatFile);
        Volume.FlushDirectory(PrivateFolder);
    }

    /// <summary>Is an image there, with this time of creation? One that cannot be read may be it.</summary>
    private bool IsVisible(IndexEntry entry)
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

    /// <summary>The version of the layout of the store, one that this package can work with; null when there is no store.</summary>
    private int? CheckFormat()
    {
        using var file = Volume.OpenRead(FormatFile);
        if (file is null)
        {
            return Volume.RootIsFile ? throw Unusable("the root of the store is a file. Set Path to a folder")
                : Volume.DirectoryExists(ImagePaths.Root) ? throw FormatLost("is missing, though the folder has images", null)
                : null;
        }

        var bytes = new byte[Math.Min(file.Length, 4096)];
        file.Read(bytes, 0);
        int version;
        try
        {
            using var json = JsonDocument.Parse(bytes);
            if (json.RootElement.GetProperty("format").GetString() != FormatName)
            {
                throw Unusable("the folder holds a store of another kind, as its format.json says. Use another folder");
            }

            version = json.RootElement.GetProperty("version").GetInt32();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw FormatLost("cannot be read", exception);
        }

        return version <= FormatVersion
            ? version
            : throw new StorageNotSupportedException(
                $"{FileSystemImageProvider.ProviderName}: the store has layout version {version}, this package knows up to {FormatVersion}. Update the package; nothing was touched.")
            {
                Provider = FileSystemImageProvider.ProviderName,
            };
    }

    private static StorageCorruptedException FormatLost(string what, Exception? exception) =>
        new($"{FileSystemImageProvider.ProviderName}: the file {FormatFile} of the store {what}, so nothing is touched. If this is a store, restore the file: {{ \"format\": \"{FormatName}\", \"version\": {FormatVersion} }}. If not, use another folder.", exception)
        {
            Provider = FileSystemImageProvider.ProviderName,
        };

    private static StorageUnavailableException Unusable(string why) =>
        new($"{FileSystemImageProvider.ProviderName}: {why}.", isTransient: false) { Provider = FileSystemImageProvider.ProviderName };
}
