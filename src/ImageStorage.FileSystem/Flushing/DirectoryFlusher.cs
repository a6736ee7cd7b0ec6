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
                _folders.Add(directory, folder = new Folder(new FlushQueue(() => volume.FlushDirectory(directory))));
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

    private sealed class Folder(FlushQueue flushes)
    {
        public FlushQueue Flushes { get; } = flushes;

        public int Users { get; set; }
    }
}
