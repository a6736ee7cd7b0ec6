using System.Text;
using System.Text.Json;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// The folder of a disk tier. Nothing in it is touched before its marker was read: a folder that holds other things, or a cache of a later version, is refused.
/// </summary>
/// <remarks>
/// <code>
/// cache.json            says what the folder is, and the version of its layout
/// entries/STORE-KEY     one image a file
/// staging/OWNER-N       files that are being written, or that were dropped while somebody reads them
/// staging/OWNER.owner   locked as long as its process lives
/// staging/ledger        how many bytes there are; whoever changes something in the folder has it locked. Not beside cache.json: in an empty folder that has taken the
///                       place of this one, nothing may be made before that folder was looked at
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

    /// <summary>Opens the folder, which is made when it is missing.</summary>
    /// <exception cref="StorageNotSupportedException">It is something else.</exception>
    /// <exception cref="IOException">It cannot be made or read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
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
                throw new StorageNotSupportedException("a part of its folder is a link, which may lead out of it: remove the link, or set Cache.Disk.Path to another folder");
            }
        }

        return folder;
    }

    private void Create(string root)
    {
        CreatePrivate(root);
        if (Directory.EnumerateFileSystemEntries(root).Any(entry => !IsHarmless(Path.GetFileName(entry))) && !File.Exists(_marker))
        {
            throw new StorageNotSupportedException("its folder holds other things than a cache: set Cache.Disk.Path to a new or empty folder");
        }

        // Whole or not at all, also when several processes do it.
        var staged = $"{_marker}.{Guid.NewGuid():N}";
        File.WriteAllBytes(staged, Encoding.UTF8.GetBytes($$"""{"format":"{{Product}}","version":{{Version}}}"""));
        File.Move(staged, _marker, overwrite: true);
    }

    /// <summary>Whether an entry of a folder without a marker says nothing about its use: the beginning of a marker, or what file systems, desktops and version control put everywhere.</summary>
    private static bool IsHarmless(string name) => name.StartsWith(MarkerName, StringComparison.Ordinal) || HarmlessNames.Contains(name) || name.StartsWith(".Trash-", StringComparison.Ordinal);

    private void CheckMarker()
    {
        var (format, version) = ReadMarker();
        if (format != Product)
        {
            throw new StorageNotSupportedException($"its folder has a {MarkerName} that is not that of a cache: set Cache.Disk.Path to a new or empty folder, or delete what is there");
        }

        if (version != Version)
        {
            throw new StorageNotSupportedException(
                $"its folder holds a cache of version {version}, and this is version {Version}: {(version > Version ? "update the package" : "delete the folder")}, or set Cache.Disk.Path to another one");
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

    /// <summary>Makes a folder that only its owner may look into: cached images are as private as the store.</summary>
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
