using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Naming;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem;

/// <content>Retained versions are hard links in a folder of their own. An image file never changes; an overwrite gives
/// its name to another file. The link therefore keeps payload and record. A restore creates another link and renames it
/// over the image.</content>
public sealed partial class FileSystemImageProvider : IVersionKeeper
{
    // Precedes each id, so that no name is a device name of Windows.
    private const string RetainedPrefix = "r-";

    /// <inheritdoc/>
    public async Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RetainedVersionRules.CheckId(id);
        await PoolThread.Switch();
        try
        {
            if (!_store.OpenForReading(cancellationToken))
            {
                return false;
            }

            _store.OpenForWriting(cancellationToken);
            bool Commit() => Retain(RetainedPath(id), key, version, cancellationToken);
            return _store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "retaining a version of", key);
        }
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> GetRetainedAsync(string id, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RetainedVersionRules.CheckId(id);
        await PoolThread.Switch();
        try
        {
            return FindRetained(id, cancellationToken);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "reading a retained version", null);
        }
    }

    /// <inheritdoc/>
    public async Task<StoredImage?> OpenRetainedAsync(string id, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RetainedVersionRules.CheckId(id);
        await PoolThread.Switch();
        try
        {
            // The record says which image the version was retained of. The file never changes between the two reads.
            return FindRetained(id, cancellationToken) is { } info ? OpenRead(info.Key, options, RetainedPath(id)) : null;
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "reading a retained version", null);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RetainedVersionRules.CheckId(id);
        await PoolThread.Switch();
        try
        {
            if (!_store.OpenForReading(cancellationToken))
            {
                return false;
            }

            _store.OpenForWriting(cancellationToken);
            bool Commit() => Restore(RetainedPath(id), key, replaces, cancellationToken);
            return _store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "restoring a version of", key);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DropAsync(string id, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RetainedVersionRules.CheckId(id);
        await PoolThread.Switch();
        try
        {
            if (!_store.OpenForReading(cancellationToken))
            {
                return false;
            }

            // Not flushed: if a power cut restores the link, it is dropped again.
            _store.Confirm();
            return _store.Volume.DeleteFile(RetainedPath(id));
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "dropping a retained version", null);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RetainedVersionRules.CheckLimit(limit);
        await PoolThread.Switch();
        try
        {
            var ids = new List<string>();
            if (_store.OpenForReading(cancellationToken))
            {
                _store.Volume.VisitDirectory(FileSystemStore.RetainedFolder, (name, isDirectory) =>
                {
                    if (!isDirectory && name.StartsWith(RetainedPrefix) && name[RetainedPrefix.Length..].ToString() is var id && RetainedVersionRules.IsId(id) && string.CompareOrdinal(id, after) > 0)
                    {
                        ids.Add(id);
                    }
                });
                _store.Confirm();
            }

            ids.Sort(StringComparer.Ordinal);
            return ids.Count > limit ? ids[..limit] : ids;
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "listing retained versions", null);
        }
    }

    private static string RetainedPath(string id) => $"{FileSystemStore.RetainedFolder}/{RetainedPrefix}{id}";

    private ImageInfo? FindRetained(string id, CancellationToken cancellationToken) => _store.OpenForReading(cancellationToken) ? ReadInfo(null, RetainedPath(id)) : null;

    private bool Retain(string retained, ImageKey key, ImageETag version, CancellationToken cancellationToken)
    {
        var path = ImagePaths.Of(key);
        using (_store.Locks.Enter(key.Value, cancellationToken))
        {
            _store.Confirm();
            if (ReadInfo(key, path)?.ETag != version)
            {
                return false;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (!_store.Volume.FileExists(retained))
            {
                _store.Directories.WithFolder(FileSystemStore.RetainedFolder, () => _store.Volume.Link(path, retained));
            }
            else if (ReadInfo(key, retained)?.ETag != version)
            {
                throw ProviderErrors.OtherRetained(key, ProviderName);
            }
        }

        _store.Directories.Flush(FileSystemStore.RetainedFolder);
        return true;
    }

    private bool Restore(string retained, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken)
    {
        var path = ImagePaths.Of(key);
        if (ReadInfo(key, retained) is not { } info)
        {
            return false;
        }

        using var staged = _store.Staging.Link(retained);
        ImageInfo? current = null;
        _store.Directories.WithFolder(FolderOf(path), () =>
        {
            using (_store.Locks.Enter(key.Value, cancellationToken))
            {
                current = ReadInfo(key, path);
                if (current?.ETag != replaces)
                {
                    _store.ConfirmImages();
                    throw ProviderErrors.Conflict(key, ProviderName, current?.ETag);
                }

                cancellationToken.ThrowIfCancellationRequested();
                using var entry = AddMissingEntry(info, current);

                // A rename between two names of the same file does nothing. The version is already restored then.
                if (current?.ETag != info.ETag)
                {
                    staged.CommitTo(path);
                }

                entry?.MarkVisible();
            }
        });
        _store.Directories.Flush(FolderOf(path));
        if (current is not null && current.CreatedAt != info.CreatedAt)
        {
            _store.Index.MarkStale(current.CreatedAt, key);
        }

        return true;
    }
}
