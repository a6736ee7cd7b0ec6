using System.Text;
using System.Text.Json;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// The folder of a disk tier. Nothing in the folder is changed before its marker was read: a folder that holds other
/// things, or a cache of another version, is refused.
/// </summary>
/// <remarks>
/// <code>
/// cache.json            what the folder is, and the version of its layout
/// entries/STORE-KEY     one image per file
/// staging/OWNER-N       files that are being written, or that were dropped while a stream reads them
/// staging/OWNER.owner   locked as long as the process lives
/// staging/ledger        the number of bytes in the folder; locked by a process that changes files. Not beside cache.json: if an
///                       empty folder replaces this folder, no file may be created before the new folder was inspected
/// </code>
/// </remarks>
internal sealed class DiskFolder
{
    private const string MarkerName = "cache.json";
    private const string Product = "ImageStorage.Cache";
    private const int Version = 2;

    private static readonly HashSet<string> HarmlessNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "lost+found", ".snapshot", ".snapshots", ".zfs", ".fseventsd", ".Spotlight-V100", ".Trashes", ".TemporaryItems", ".DS_Store", "System Volume Information", "$RECYCLE.BIN",
        "desktop.ini", "Thumbs.db", ".directory", ".gitkeep", ".gitignore", ".keep", ".nomedia",
    };

    private readonly string _marker;

    private DiskFolder(string root)
    {
        _marker = Path.Join(root, MarkerName);
        Entries = Path.Join(root, "entries");
        Staging = Path.Join(root, "staging");
        Ledger = Path.Join(Staging, "ledger");
    }

    public string Entries { get; }

    public string Staging { get; }

    public string Ledger { get; }

    /// <summary>Opens the folder, and creates a missing folder.</summary>
    /// <exception cref="StorageNotSupportedException">
    /// The folder holds other things, or a cache of another version.
    /// </exception>
    /// <exception cref="IOException">The folder cannot be created or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not access the folder.</exception>
    public static DiskFolder Open(string root)
    {
        var folder = new DiskFolder(Path.GetFullPath(root));
        if (!File.Exists(folder._marker))
        {
            folder.Create(root);
        }

        folder.CheckMarker();
        CreatePrivate(folder.Entries);
        CreatePrivate(folder.Staging);
        foreach (var part in (ReadOnlySpan<string>)[folder.Entries, folder.Staging, folder.Ledger])
        {
            if (new FileInfo(part).LinkTarget is not null)
            {
                throw new StorageNotSupportedException("a part of its folder is a link, which may lead out of the folder; remove the link, or set Cache.Disk.Path to another folder");
            }
        }

        return folder;
    }

    private void Create(string root)
    {
        CreatePrivate(root);
        if (Directory.EnumerateFileSystemEntries(root).Any(entry => !IsHarmless(Path.GetFileName(entry))) && !File.Exists(_marker))
        {
            throw new StorageNotSupportedException("its folder holds other things than a cache; set Cache.Disk.Path to a new or empty folder");
        }

        // Atomic, also when several processes create the marker.
        var staged = $"{_marker}.{Guid.NewGuid():N}";
        File.WriteAllBytes(staged, Encoding.UTF8.GetBytes($$"""{"format":"{{Product}}","version":{{Version}}}"""));
        File.Move(staged, _marker, overwrite: true);
    }

    /// <summary>
    /// Returns whether a name in a folder without a marker is that of a staged marker, or of a file that systems and
    /// tools create everywhere.
    /// </summary>
    private static bool IsHarmless(string name) => name.StartsWith(MarkerName, StringComparison.Ordinal) || HarmlessNames.Contains(name) || name.StartsWith(".Trash-", StringComparison.Ordinal);

    private void CheckMarker()
    {
        var (format, version) = ReadMarker();
        if (format != Product)
        {
            throw new StorageNotSupportedException($"its folder has a {MarkerName} that no cache has written; set Cache.Disk.Path to a new or empty folder, or delete the content of the folder");
        }

        if (version != Version)
        {
            throw new StorageNotSupportedException(
                $"its folder holds a cache of version {version}, and this is version {Version}; {(version > Version ? "update the package" : "delete the folder")}, or set Cache.Disk.Path to another folder");
        }
    }

    private (string? Format, int Version) ReadMarker()
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(_marker));
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.String
                && json.RootElement.TryGetProperty("version", out var version) && version.TryGetInt32(out var number)
                ? (format.GetString(), number)
                : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>Creates a folder that only its owner may access: cached images are as private as the store.</summary>
    private static void CreatePrivate(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
