using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Trees;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem;

/// <content>Retained versions are hard links in a tree of their own. An image file never changes; an overwrite gives
/// its name to another file. The link therefore keeps payload and record. A restore creates another link and renames it
/// over the image.</content>
public sealed partial class FileSystemImageProvider : IVersionKeeper
{
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
            bool Commit() => Retain(id, key, version, cancellationToken);
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
            return FindRetained(id, cancellationToken) is { } info && _store.Retained.Find(id) is { } path ? OpenRead(info.Key, options, path) : null;
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
            bool Commit() => Restore(id, key, replaces, cancellationToken);
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

            _store.Confirm();
            bool Commit() => Drop(id);
            return _store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false);
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
            if (!_store.OpenForReading(cancellationToken))
            {
                return [];
            }

            string[] ids = [.. _store.Retained.Enumerate(new NameRange(After: after)).Where(RetainedVersionRules.IsId).Take(limit)];
            _store.Confirm();
            return ids;
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "listing retained versions", null);
        }
    }

    private ImageInfo? FindRetained(string id, CancellationToken cancellationToken) =>
        _store.OpenForReading(cancellationToken) && _store.Retained.Find(id) is { } path ? ReadInfo(null, path) : null;

    private bool Retain(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken)
    {
        var path = ImagePaths.Of(key);
        string? retained;
        using (_store.Locks.Enter(key.Value, cancellationToken))
        {
            _store.Confirm();
            if (ReadInfo(key, path)?.ETag != version)
            {
                return false;
            }

            cancellationToken.ThrowIfCancellationRequested();
            retained = _store.Retained.Find(id);
            if (retained is null)
            {
                retained = _store.Retained.ChoosePath(id);
                _store.Retained.Put(retained, file => _store.Volume.Link(path, file));
            }
            else if (ReadInfo(key, retained)?.ETag != version)
            {
                throw ProviderErrors.OtherRetained(key, ProviderName);
            }
        }

        _store.Directories.Flush(DurableDirectories.ParentOf(retained));
        return true;
    }

    /// <summary>
    /// Drops a version, and makes the drop durable, also that of a missing version: an earlier attempt may have failed at
    /// the flush. The versions of transactions are not flushed: if a power cut restores one, a recovery drops it again.
    /// </summary>
    private bool Drop(string id)
    {
        var changed = _store.Retained.Delete(id);
        if (!id.StartsWith(RetainedVersionRules.Transactions, StringComparison.Ordinal))
        {
            foreach (var folder in changed.Count > 0 ? changed : _store.Retained.FoldersOf(id))
            {
                _store.Directories.Flush(folder);
            }
        }

        foreach (var folder in changed.Where(folder => folder != _store.Retained.Root))
        {
            _store.EmptyFolders.Remove(folder, _store.Retained.Root);
        }

        return changed.Count > 0;
    }

    private bool Restore(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken)
    {
        var path = ImagePaths.Of(key);
        if (_store.Retained.Find(id) is not { } retained || ReadInfo(key, retained) is not { } info)
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
                if (current?.ETag != replaces && current?.ETag != info.ETag)
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
