using System.Collections.Concurrent;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Flushing;

/// <summary>
/// Creates folders and makes what lies in them durable, together with the folders above: a file survives a power cut
/// only if the entry of every folder on its path does. A folder that somebody else created may not be durable yet, so
/// each one is flushed once, the first time that this process relies on it.
/// </summary>
internal sealed class DurableDirectories(IVolume volume, Durability durability)
{
    // Bounds the memory for stores with very many folders; starting anew costs one flush a folder.
    private const int MostKnown = 16 * 1024;

    // The folder may be tidied away again between its creation and the act, but hardly often; past this, something else is missing.
    private const int MostAttempts = 10;

    private readonly DirectoryFlusher _flusher = new(volume);
    private readonly ConcurrentDictionary<string, bool> _durable = new(StringComparer.Ordinal);

    /// <summary>Creates a folder and those above it, as far as they are missing.</summary>
    public void Create(string directory)
    {
        if (directory.Length == 0)
        {
            volume.CreateRoot();
            return;
        }

        while (true)
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
            catch (DirectoryNotFoundException)
            {
                Create(ParentOf(directory));
            }
        }
    }

    /// <summary>
    /// Runs an act that puts something into a folder, and creates the folder when that is what it fails for: the first
    /// time, and when the folder was tidied away a moment ago.
    /// </summary>
    public void WithFolder(string directory, Action act)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                act();
                return;
            }
            catch (DirectoryNotFoundException) when (attempt < MostAttempts)
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
        if (directory.Length == 0 || _durable.ContainsKey(directory))
        {
            return;
        }

        var parent = ParentOf(directory);
        _flusher.Flush(parent);
        EnsureDurable(parent);
        if (_durable.Count >= MostKnown)
        {
            _durable.Clear();
        }

        _durable.TryAdd(directory, true);
    }
}
