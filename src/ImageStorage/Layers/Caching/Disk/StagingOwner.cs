using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// Whose the staged files are: their names begin with an id, and a file of that id is open for its process alone as long as that lives. What is left by the dead is
/// deleted by whoever counts next.
/// </summary>
internal sealed class StagingOwner : IDisposable
{
    private const string Suffix = ".owner";
    private const int IdLength = 32;

    // On Unix only exactly this is a lock that excludes others; on Windows it would forbid the deletion, too.
    private static readonly FileShare Alone = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

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
                // Between the creation of the file and its lock, somebody who counts may take it for that of a dead one, and delete it.
                var held = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, Alone);
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

    /// <summary>The path of a new staged file.</summary>
    public string NextPath() => Path.Join(_staging, string.Create(CultureInfo.InvariantCulture, $"{Id}-{Interlocked.Increment(ref _files):x}"));

    /// <summary>The id in the name of a staged file or of an owner; null when it is neither.</summary>
    public static string? IdIn(ReadOnlySpan<char> name, out bool isOwner)
    {
        isOwner = name.Length == IdLength + Suffix.Length && name.EndsWith(Suffix);
        return isOwner || (name.Length > IdLength + 1 && name[IdLength] == '-') ? name[..IdLength].ToString() : null;
    }

    /// <summary>Holds a dead owner's place, so that nobody else looks after it; null when it lives. One whose file is not there is dead.</summary>
    public static SafeFileHandle? TryTakeDead(string staging, string id)
    {
        try
        {
            return File.OpenHandle(Path.Join(staging, id + Suffix), FileMode.Open, FileAccess.ReadWrite, Alone);
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
            // The lock ends here, so the next one that counts deletes it.
        }
        finally
        {
            _lock.Dispose();
        }
    }
}
