using ImageStorage.FileSystem.ImageFiles;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Listing;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem;

public sealed partial class FileSystemImageProvider
{
    private const int PageBatch = 2 * 1024;
    private const int WalkBatch = 16 * 1024;

    // An entry without an image that is older than this does hardly belong to a save in progress, so a stale marker is
    // worth its space.
    private static readonly TimeSpan StaleEntryAge = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        var position = ListPosition.From(query);
        await PoolThread.Switch();
        try
        {
            var page = new PageBuilder(query);
            if (_store.OpenForReading(cancellationToken))
            {
                foreach (var info in query.Order == ImageOrder.KeyAscending ? InKeyOrder(query, position, cancellationToken) : InCreatedOrder(query, position, cancellationToken))
                {
                    if (!page.Add(info))
                    {
                        break;
                    }
                }

                // Images that disappeared in the middle would only make the page shorter.
                _store.ConfirmImages();
            }

            return page.ToPage();
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "listing images", null);
        }
    }

    /// <inheritdoc/>
    public async Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        try
        {
            long count = 0, bytes = 0;
            if (_store.OpenForReading(cancellationToken))
            {
                foreach (var file in new ImageTreeWalker(_store.Volume, WalkBatch, _store.EmptyFolders.Add).Walk())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (file.Key is not null && ReadLength(file.Path) is { } length)
                    {
                        count++;
                        bytes += length;
                    }
                }

                _store.ConfirmImages();
            }

            return new StorageUsage { Count = count, Bytes = bytes, AvailableBytes = _store.Volume.AvailableBytes };
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "measuring the usage", null);
        }
    }

    /// <inheritdoc/>
    public async Task<long?> GetAvailableBytesAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        try
        {
            // The folder of a medium that is not mounted would show the free space of another medium.
            _store.OpenForReading(cancellationToken);
            var available = _store.Volume.AvailableBytes;
            _store.Confirm();
            return available;
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "measuring the free space", null);
        }
    }

    private IEnumerable<ImageInfo> InCreatedOrder(ImageQuery query, ListPosition? position, CancellationToken cancellationToken)
    {
        var after = position is { } last ? new IndexEntry(last.CreatedAt, last.Key) : default(IndexEntry?);
        var staleBefore = _timeProvider.GetUtcNow() - StaleEntryAge;
        foreach (var entry in _store.Index.Enumerate(query.CreatedFrom, query.CreatedBefore, after, query.Order == ImageOrder.CreatedDescending, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (query.Prefix is { } prefix && !entry.Key.Value.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            var info = ReadListed(entry.Key);
            if (info?.CreatedAt == entry.CreatedAt)
            {
                yield return info;
            }
            else if (entry.CreatedAt < staleBefore)
            {
                MarkStaleEntry(entry, cancellationToken);
            }
        }
    }

    private IEnumerable<ImageInfo> InKeyOrder(ImageQuery query, ListPosition? position, CancellationToken cancellationToken)
    {
        foreach (var file in new ImageTreeWalker(_store.Volume, PageBatch, _store.EmptyFolders.Add).Walk(position?.Key.Value, query.Prefix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.Key is { } key && ReadListed(key) is { } info)
            {
                yield return info;
            }
        }
    }

    /// <summary>
    /// Reads the record of a listed image. A damaged image must not hide all others, so it is omitted and logged.
    /// </summary>
    private ImageInfo? ReadListed(ImageKey key)
    {
        try
        {
            return ReadInfo(key, ImagePaths.Of(key));
        }
        catch (Exception exception) when (exception is ImageCorruptedException or StorageNotSupportedException or LinkRefusedException)
        {
            Log.DamagedListed(_logger);
            Log.DamagedListedWith(_logger, key, exception);
            return null;
        }
    }

    private void MarkStaleEntry(IndexEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            _store.OpenForWriting(cancellationToken);
            _store.Index.MarkListedStale(entry);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception) || exception is ImageStorageException)
        {
            // A listing also works on a read-only store. There the entry stays, and every listing skips it.
            Log.EntryLeft(_logger, exception);
        }
    }

    private long? ReadLength(string path)
    {
        VolumeFile? opened;
        try
        {
            opened = _store.Volume.OpenRead(path);
        }
        catch (LinkRefusedException)
        {
            // A symbolic link is not an image, whatever its target is.
            return null;
        }

        using var file = opened;
        if (file is null)
        {
            return null;
        }

        try
        {
            // The length of the record, not of the payload: the stored length of an encoded image, or of one with its
            // bytes in another provider, differs.
            return ImageFileFooter.Read(file, null).Info.Length;
        }
        catch (Exception exception) when (exception is ImageCorruptedException or StorageNotSupportedException)
        {
            // Counted as long as the trailer contains the length. Verification reports the image.
            return ReadPayloadLength(file);
        }
    }

    private static long? ReadPayloadLength(VolumeFile file)
    {
        var length = file.Length;
        Span<byte> trailer = stackalloc byte[ImageFileFormat.TrailerLength];
        return length >= trailer.Length && file.Read(trailer, length - trailer.Length) == trailer.Length
            && ImageFileFormat.TryReadTrailer(trailer, length, out var payload, out _) == TrailerStatus.Sound
            ? payload
            : null;
    }
}
