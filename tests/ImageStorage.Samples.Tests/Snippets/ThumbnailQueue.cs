using System.Collections.Concurrent;

namespace ImageStorage.Samples.Tests.Snippets;

internal sealed class ThumbnailQueue : IStorageEventListener
{
    private readonly ConcurrentDictionary<ImageKey, ImageETag> _missing = new();

    public ICollection<ImageKey> Missing => _missing.Keys;

    public Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default)
    {
        switch (occurred)
        {
            case ImageSaved saved when !saved.Info.Key.Value.StartsWith("thumbnails/", StringComparison.Ordinal):
                _missing[saved.Info.Key] = saved.Info.ETag;
                break;
            case ImageDeleted deleted:
                _missing.TryRemove(deleted.Key, out _);
                break;
        }

        return Task.CompletedTask;
    }
}
