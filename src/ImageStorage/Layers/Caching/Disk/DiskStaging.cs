using System.Globalization;
using ImageStorage.Providers;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// The staged files of a disk tier. Their names begin with the id of the owner. The next count deletes the staged files
/// of dead owners.
/// </summary>
/// <param name="folder">The staging folder, which exists.</param>
internal sealed class DiskStaging(string folder) : StagingOwner
{
    private const string Suffix = ".owner";
    private const int IdLength = 32;

    // On Unix only FileShare.None is an exclusive lock. On Windows FileShare.None would also forbid the deletion.
    private static readonly FileShare Exclusive = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    private long _files;

    /// <summary>Returns the path of a new staged file.</summary>
    public string NextPath() => Path.Join(folder, string.Create(CultureInfo.InvariantCulture, $"{Acquire()}-{Interlocked.Increment(ref _files):x}"));

    /// <summary>
    /// Returns the id in the name of a staged file or of an owner's file, or null for any other name.
    /// </summary>
    public static string? IdIn(ReadOnlySpan<char> name, out bool isOwner)
    {
        isOwner = name.Length == IdLength + Suffix.Length && name.EndsWith(Suffix);
        return isOwner || (name.Length > IdLength + 1 && name[IdLength] == '-') ? name[..IdLength].ToString() : null;
    }

    protected override IDisposable? TryLock(string id)
    {
        try
        {
            return File.OpenHandle(PathOf(id), FileMode.OpenOrCreate, FileAccess.ReadWrite, Exclusive);
        }
        catch (IOException exception) when (FileFaults.IsHeld(exception))
        {
            return null;
        }
    }

    protected override bool Exists(string id) => File.Exists(PathOf(id));

    protected override void Remove(string id) => File.Delete(PathOf(id));

    private string PathOf(string id) => Path.Join(folder, id + Suffix);
}
