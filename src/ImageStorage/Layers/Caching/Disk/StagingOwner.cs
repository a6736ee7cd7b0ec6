using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// The owner of staged files. Their names begin with the id of the owner, and the process holds an exclusive lock on
/// the file of the owner as long as it lives. The next count deletes the staged files of dead owners.
/// </summary>
internal sealed class StagingOwner : IDisposable
{
    private const string Suffix = ".owner";
    private const int IdLength = 32;

    // On Unix only FileShare.None is an exclusive lock. On Windows FileShare.None would also forbid the deletion.
    private static readonly FileShare Exclusive = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    private readonly string _staging;
    private readonly string _path;
    private readonly SafeFileHandle _lock;
    private long _files;

    private StagingOwner(string staging, string id, string path, SafeFileHandle held) => (_staging, Id, _path, _lock) = (staging, id, path, held);

    public string Id { get; }

    public static StagingOwner Create(string staging)
    {
        while (true)
        {
            var id = Guid.NewGuid().ToString("N");
            var path = Path.Join(staging, id + Suffix);
            try
            {
                // Between the creation of the file and its lock, a concurrent count may delete the file as that of a
                // dead owner.
                var held = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, Exclusive);
                if (File.Exists(path))
                {
                    return new StagingOwner(staging, id, path, held);
                }

                held.Dispose();
            }
            catch (IOException exception) when (FileFaults.IsHeld(exception))
            {
            }
        }
    }

    /// <summary>Returns the path of a new staged file.</summary>
    public string NextPath() => Path.Join(_staging, string.Create(CultureInfo.InvariantCulture, $"{Id}-{Interlocked.Increment(ref _files):x}"));

    /// <summary>
    /// Returns the id in the name of a staged file or of an owner's file, or null for any other name.
    /// </summary>
    public static string? IdIn(ReadOnlySpan<char> name, out bool isOwner)
    {
        isOwner = name.Length == IdLength + Suffix.Length && name.EndsWith(Suffix);
        return isOwner || (name.Length > IdLength + 1 && name[IdLength] == '-') ? name[..IdLength].ToString() : null;
    }

    /// <summary>
    /// Takes the lock of a dead owner, so that no other process reclaims the same files. Returns null if the owner
    /// lives. An owner without a file is dead.
    /// </summary>
    public static SafeFileHandle? TryClaimDead(string staging, string id)
    {
        try
        {
            return File.OpenHandle(Path.Join(staging, id + Suffix), FileMode.Open, FileAccess.ReadWrite, Exclusive);
        }
        catch (FileNotFoundException)
        {
            return new SafeFileHandle();
        }
        catch (IOException exception) when (FileFaults.IsHeld(exception))
        {
            return null;
        }
    }

    /// <summary>Deletes the file of a dead owner.</summary>
    public static void Remove(string staging, string id) => File.Delete(Path.Join(staging, id + Suffix));

    public void Dispose()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (FileFaults.IsExpected(exception))
        {
            // The lock ends here, so the next count deletes the file.
        }
        finally
        {
            _lock.Dispose();
        }
    }
}
