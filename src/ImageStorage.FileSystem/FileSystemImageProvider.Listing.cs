using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Listing;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem;

public sealed partial class FileSystemImageProvider
{
    private const int PageBatch = 2 * 1024;

    // The names of a folder in memory at once: about 20 MB with short names, for each large folder on the path.
    private const int DefaultWalkBatch = 64 * 1024;
    private const string LinkRefused = "a symbolic link, which is not followed; move the link out of the store";

    // An entry without an image that is older than this does hardly belong to a save in progress, so a stale marker is
    // worth its space.
    private static readonly TimeSpan StaleEntryAge = TimeSpan.FromMinutes(10);

    // An old build may meet many images of a newer format, and reads the record of each.
    private static readonly TimeSpan RestorationInterval = TimeSpan.FromMinutes(10);
    private long _nextRestoration;

    /// <summary>Gets the number of names of a folder that a walk has in memory; tests use less than the default.</summary>
    internal int WalkBatch { get; init; } = DefaultWalkBatch;

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
                foreach (var image in query.Order == ImageOrder.KeyAscending ? InKeyOrder(query, position, cancellationToken) : InCreatedOrder(query, position, cancellationToken))
                {
                    if (!page.Add(image))
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
            long count = 0, bytes = 0, stored = 0;
            var unlisted = 0;
            if (_store.OpenForReading(cancellationToken))
            {
                foreach (var file in WalkAll().Walk())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (file.Key is not { } key || TryRead(key, file.Path, out var info) is not { } isListed)
                    {
                        continue;
                    }

                    (count, bytes, stored, unlisted) = isListed ? (count + 1, bytes + info!.Length, stored + info.StoredLength, unlisted) : (count, bytes, stored, unlisted + 1);
                }

                _store.ConfirmImages();
            }

            return new StorageUsage { Count = count, Bytes = bytes, StoredBytes = stored, Unlisted = unlisted, AvailableBytes = _store.Volume.AvailableBytes };
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "measuring the usage", null);
        }
    }

    /// <inheritdoc/>
    public Task<long?> GetAvailableBytesAsync(CancellationToken cancellationToken = default) => MeasureAsync(volume => volume.AvailableBytes, cancellationToken);

    /// <inheritdoc/>
    public Task<long?> GetTotalBytesAsync(CancellationToken cancellationToken = default) => MeasureAsync(volume => volume.TotalBytes, cancellationToken);

    private async Task<long?> MeasureAsync(Func<IVolume, long?> measure, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        try
        {
            // The folder of a medium that is not mounted would show the free space of another medium.
            _store.OpenForReading(cancellationToken);
            var measured = measure(_store.Volume);
            _store.Confirm();
            return measured;
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "measuring the medium", null);
        }
    }

    private IEnumerable<WalkedImage> InCreatedOrder(ImageQuery query, ListPosition? position, CancellationToken cancellationToken)
    {
        if (_store.Index.MayHaveUnknown && _timeProvider.GetUtcNow().UtcTicks >= Volatile.Read(ref _nextRestoration))
        {
            Volatile.Write(ref _nextRestoration, (_timeProvider.GetUtcNow() + RestorationInterval).UtcTicks);
            RestoreEntries(cancellationToken);
        }

        var after = position is { } last ? new IndexEntry(last.CreatedAt, last.Key) : default(IndexEntry?);
        var staleBefore = _timeProvider.GetUtcNow() - StaleEntryAge;
        foreach (var entry in _store.Index.Enumerate(query.CreatedFrom, query.CreatedBefore, after, query.Order == ImageOrder.CreatedDescending, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (query.Prefix is { } prefix && !entry.Key.Value.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            var image = ReadListed(entry.Key, entry.CreatedAt == IndexEntry.Unknown ? null : entry.CreatedAt);
            if (image?.Unlisted is not null || image?.Info?.CreatedAt == entry.CreatedAt)
            {
                yield return image;
            }
            else if (entry.CreatedAt < staleBefore && (image is null || entry.CreatedAt != IndexEntry.Unknown))
            {
                MarkStaleEntry(entry, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Adds the entries of images that could not be read when the index was rebuilt and that can be read now: a repaired
    /// file, an image that was overwritten, a record of a newer format after an update.
    /// </summary>
    private void RestoreEntries(CancellationToken cancellationToken)
    {
        foreach (var (time, key) in _store.Index.Enumerate(null, IndexEntry.Unknown.AddTicks(1), null, descending: false, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryRead(key, ImagePaths.Of(key), out var info) is not true)
            {
                continue;
            }

            try
            {
                _store.OpenForWriting(cancellationToken);
                using var entry = _store.Index.Add(info!.CreatedAt, key);
                entry.Wait();
                entry.MarkVisible();
                _store.Index.MarkStale(time, key);
            }
            catch (Exception exception) when (FileErrors.IsExpected(exception) || exception is ImageStorageException)
            {
                // A listing also works on a read-only store. There, a listing by key alone has the image.
                Log.EntryLeft(_logger, exception);
            }
        }
    }

    private IEnumerable<WalkedImage> InKeyOrder(ImageQuery query, ListPosition? position, CancellationToken cancellationToken)
    {
        foreach (var file in new ImageTreeWalker(_store.Volume, PageBatch, _store.EmptyFolders.Add).Walk(position?.Key.Value, query.Prefix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.Key is { } key && ReadListed(key, null) is { } image)
            {
                yield return image;
            }
        }
    }

    /// <summary>
    /// Reads the record of a listed image; null if there is no image. A damaged image must not hide all others, so it is
    /// named as unlisted, and logged.
    /// </summary>
    private WalkedImage? ReadListed(ImageKey key, DateTimeOffset? createdAt)
    {
        try
        {
            return ReadInfo(key, ImagePaths.Of(key)) is { } info ? WalkedImage.Of(info) : null;
        }
        catch (ImageStorageException exception) when (exception is ImageCorruptedException or StorageNotSupportedException)
        {
            LogUnlisted(key, exception);
            return WalkedImage.Of(UnlistedImage.Of(key, exception, createdAt));
        }
        catch (LinkRefusedException exception)
        {
            LogUnlisted(key, exception);
            return WalkedImage.Of(new UnlistedImage { Name = key.Value, Key = key, Status = VerificationStatus.Corrupted, Detail = LinkRefused, CreatedAt = createdAt });
        }
    }

    private void LogUnlisted(ImageKey key, Exception exception)
    {
        Log.DamagedListed(_logger);
        Log.DamagedListedWith(_logger, key, exception);
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

    /// <summary>
    /// Reads the record of an image in a walk.
    /// </summary>
    /// <returns>Whether the record can be read; null if there is no image any more.</returns>
    private bool? TryRead(ImageKey key, string path, out ImageInfo? info)
    {
        info = null;
        try
        {
            info = ReadInfo(key, path);
            return info is null ? null : true;
        }
        catch (Exception exception) when (exception is ImageCorruptedException or StorageNotSupportedException or LinkRefusedException)
        {
            return false;
        }
    }
}
