using System.Collections.Concurrent;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Flushing;

/// <summary>
/// Creates folders and makes their entries durable, together with the folders above: a file survives a power cut only
/// if the entry of every folder on its path does. A folder that another process created may not be durable yet, so each
/// folder is flushed the first time this process relies on it.
/// </summary>
/// <remarks>
/// Folders that become empty are removed and may be created again, also by another process. A durable folder is
/// therefore remembered by its identity, not by its name (<see cref="IVolume.Identify"/>). If it is still the same
/// folder, the folders above are durable too: none of them was empty in between.
/// </remarks>
internal sealed class DurableDirectories(IVolume volume, Durability durability)
{
    // Bounds the memory for stores with very many folders. After a reset, each folder costs another flush.
    private const int MaxKnown = 16 * 1024;

    // Each attempt fails only if another delete removed the folder in between. After so many, something else is
    // missing.
    private const int MaxAttempts = 100;

    private readonly DirectoryFlusher _flusher = new(volume);
    private readonly ConcurrentDictionary<string, FileIdentity> _durable = new(StringComparer.Ordinal);

    /// <summary>
    /// Creates a folder and the missing folders above it, but never the root: an open store whose root is missing is
    /// not at its path.
    /// </summary>
    public void Create(string directory)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (volume.CreateDirectory(directory))
                {
                    // The remembered identity was that of an earlier folder of this name.
                    _durable.TryRemove(directory, out _);
                }

                return;
            }
            catch (DirectoryNotFoundException) when (attempt < MaxAttempts && ParentOf(directory).Length > 0)
            {
                Create(ParentOf(directory));
            }
        }
    }

    /// <summary>
    /// Removes a folder if it is empty, and then the folders above that became empty, below a root that is never
    /// removed.
    /// </summary>
    public void RemoveEmpty(string directory, string root)
    {
        for (; directory.Length > root.Length && volume.DeleteDirectoryIfEmpty(directory); directory = ParentOf(directory))
        {
            _durable.TryRemove(directory, out _);
        }
    }

    /// <summary>Forgets all durable folders: the store may be on another medium now.</summary>
    public void Forget() => _durable.Clear();

    /// <summary>
    /// Runs an action that puts something into a folder. If the action fails because the folder is missing or was just
    /// removed, creates the folder and repeats the action.
    /// </summary>
    public void WithFolder(string directory, Action action)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                action();
                return;
            }
            catch (DirectoryNotFoundException) when (attempt < MaxAttempts)
            {
                Create(directory);
            }
        }
    }

    /// <summary>Makes the entries of a folder and the folder itself durable.</summary>
    public void Flush(string directory)
    {
        if (durability == Durability.Full)
        {
            _flusher.Flush(directory);
            EnsureDurable(directory);
        }
    }

    public static string ParentOf(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? string.Empty : path[..slash];
    }

    private void EnsureDurable(string directory)
    {
        if (directory.Length == 0)
        {
            return;
        }

        // Null if the folder was removed in the meantime. The folder above then makes the removal durable.
        var identity = volume.Identify(directory);
        if (identity is { IsCertain: true } && _durable.TryGetValue(directory, out var known) && known == identity)
        {
            return;
        }

        var parent = ParentOf(directory);
        _flusher.Flush(parent);
        EnsureDurable(parent);
        if (_durable.Count >= MaxKnown)
        {
            _durable.Clear();
        }

        if (identity is { } durable)
        {
            _durable[directory] = durable;
        }
    }
}
