using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Flushing;

/// <summary>Makes the entries of folders durable. Concurrent callers for the same folder share flushes.</summary>
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

    // Another process or thread may remove an emptied folder. Nothing that the callers put there is left then, and the
    // folder above makes the removal durable. A failure would also be thrown to callers that have put something into a
    // new folder of this name.
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
