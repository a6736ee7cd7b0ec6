using ImageStorage.FileSystem.Flushing;

namespace ImageStorage.FileSystem;

public sealed partial class FileSystemImageProvider
{
    /// <summary>
    /// The index entry of an image that is not yet visible. It is made durable on another thread while its image is
    /// still hashed and flushed. Disposed without having been kept, it is removed.
    /// </summary>
    private sealed class PendingEntry : IDisposable
    {
        private readonly FileSystemImageProvider _provider;
        private readonly ImageKey _key;
        private readonly DateTimeOffset _createdAt;
        private readonly DurableDirectories.BegunFlush _flush;
        private bool _kept;

        public PendingEntry(FileSystemImageProvider provider, ImageKey key, DateTimeOffset createdAt)
        {
            _provider = provider;
            _key = key;
            _createdAt = createdAt;
            Path = provider._store.Index.Add(createdAt, key);
            _flush = provider._store.Directories.Begin(FolderOf(Path), provider.TrustFolders(createdAt));
        }

        public string Path { get; }

        /// <summary>Returns when the entry is durable.</summary>
        public void Wait() => _flush.Wait();

        /// <summary>The image is visible, and the entry stays.</summary>
        public void Keep() => _kept = true;

        public void Dispose()
        {
            _flush.Dispose();
            if (!_kept)
            {
                _provider.TryRemoveUnusedEntry(_key, _createdAt);
            }
        }
    }
}
