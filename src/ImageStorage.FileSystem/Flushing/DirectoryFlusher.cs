using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Flushing;

/// <summary>Makes the entries of folders durable. Callers that need the same folder at the same time share flushes.</summary>
internal sealed class DirectoryFlusher(IVolume volume)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Folder> _folders = new(StringComparer.Ordinal);

    /// <summary>Returns when a flush that began after this call has succeeded.</summary>
    public void Flush(string directory)
    {
        Folder? folder;
        lock (_gate)
        {
            if (!_folders.TryGetValue(directory, out folder))
            {
                _folders.Add(directory, folder = new Folder(new FlushQueue(() => FlushIfThere(directory))));
            }

            folder.Users++;
        }

        try
        {
            folder.Flushes.Wait(folder.Flushes.Join());
        }
        finally
        {
            lock (_gate)
            {
                if (--folder.Users == 0)
                {
                    _folders.Remove(directory);
                }
            }
        }
    }

    // An emptied folder may be removed by another process or thread. Then nothing of what the callers put there is left either, and what remains
    // to be made durable is the removal, by the folder above. A failure would be shared with callers that have put something into a new folder of the name.
    private void FlushIfThere(string directory)
    {
        try
        {
            volume.FlushDirectory(directory);
        }
        catch (DirectoryNotFoundException) when (directory.Length > 0)
        {
        }
    }

    private sealed class Folder(FlushQueue flushes)
    {
        public FlushQueue Flushes { get; } = flushes;

        public int Users { get; set; }
    }
}
