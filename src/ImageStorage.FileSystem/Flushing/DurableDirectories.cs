using System.Collections.Concurrent;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Flushing;

/// <summary>
/// Creates folders and makes what lies in them durable, together with the folders above: a file survives a power cut
/// only if the entry of every folder on its path does. A folder that another process created may not be durable yet, so
/// each one is flushed once, the first time that this process relies on it.
/// </summary>
/// <remarks>
/// Folders that become empty are removed and may be created again, also by another process. So what is known is known of one folder, not of its name
/// (<see cref="IVolume.Identify"/>). If a folder is still the one that was made durable, those above it are too: none of them was empty in between.
/// </remarks>
internal sealed class DurableDirectories(IVolume volume, Durability durability)
{
    // Bounds the memory for stores with very many folders; starting anew costs one flush a folder.
    private const int MaxKnown = 16 * 1024;

    // The folder may be removed again between its creation and the action, each time by another delete; past this, something else is missing.
    private const int MaxAttempts = 100;

    private readonly DirectoryFlusher _flusher = new(volume);
    private readonly ConcurrentDictionary<string, FileIdentity> _durable = new(StringComparer.Ordinal);

    /// <summary>Creates a folder and those above it, as far as they are missing, but never the root: an open store whose root is missing is not at its place.</summary>
    public void Create(string directory)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (volume.CreateDirectory(directory))
                {
                    // Whatever was known was known of an earlier folder of the name.
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

    /// <summary>Removes a folder that is empty, and those above it that are empty then, below a folder that stays.</summary>
    public void RemoveEmpty(string directory, string root)
    {
        for (; directory.Length > root.Length && volume.DeleteDirectoryIfEmpty(directory); directory = ParentOf(directory))
        {
            _durable.TryRemove(directory, out _);
        }
    }

    /// <summary>Forgets what is durable: the store may be on another medium now.</summary>
    public void Forget() => _durable.Clear();

    /// <summary>
    /// Runs an act that puts something into a folder, and creates the folder when that is what it fails for: the first
    /// time, and when the folder was removed a moment ago.
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

    /// <summary>Makes the entries of a folder durable, and the folder itself.</summary>
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

        // None where the folder was removed meanwhile; then the folder above makes that durable.
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
