using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Naming;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem;

/// <content>
/// Kept versions are hard links in a folder of their own. The file of an image is never changed, only its name is given to another file, so the link
/// holds bytes and record as they were. To put it back, it gets one more name, which is then moved over that of the image.
/// </content>
public sealed partial class FileSystemImageProvider : IVersionKeeper
{
    // In front of each id, so that none is a device name of Windows.
    private const string KeptPrefix = "k-";

    /// <inheritdoc/>
    public async Task<bool> KeepAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        KeptVersionRules.CheckId(id);
        await PoolThread.Switch();
        try
        {
            if (!_store.OpenForReading(cancellationToken))
            {
                return false;
            }

            _store.OpenForWriting(cancellationToken);
            bool Commit() => Keep(KeptPath(id), key, version, cancellationToken);
            return _store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "keeping a version", key);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        KeptVersionRules.CheckId(id);
        await PoolThread.Switch();
        try
        {
            if (!_store.OpenForReading(cancellationToken))
            {
                return false;
            }

            _store.OpenForWriting(cancellationToken);
            bool Commit() => Restore(KeptPath(id), key, replaces, cancellationToken);
            return _store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "restoring a version", key);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DropAsync(string id, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        KeptVersionRules.CheckId(id);
        await PoolThread.Switch();
        try
        {
            if (!_store.OpenForReading(cancellationToken))
            {
                return false;
            }

            // Not flushed: one that a power cut brings back is dropped again.
            _store.Confirm();
            return _store.Volume.DeleteFile(KeptPath(id));
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "dropping a kept version", null);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListKeptAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        KeptVersionRules.CheckLimit(limit);
        await PoolThread.Switch();
        try
        {
            var ids = new List<string>();
            if (_store.OpenForReading(cancellationToken))
            {
                _store.Volume.VisitDirectory(FileSystemStore.KeptFolder, (name, isDirectory) =>
                {
                    if (!isDirectory && name.StartsWith(KeptPrefix) && name[KeptPrefix.Length..].ToString() is var id && KeptVersionRules.IsId(id) && string.CompareOrdinal(id, after) > 0)
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
            throw FileErrors.Translate(exception, "listing kept versions", null);
        }
    }

    private static string KeptPath(string id) => $"{FileSystemStore.KeptFolder}/{KeptPrefix}{id}";

    private bool Keep(string kept, ImageKey key, ImageETag version, CancellationToken cancellationToken)
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
            if (!_store.Volume.FileExists(kept))
            {
                _store.Directories.WithFolder(FileSystemStore.KeptFolder, () => _store.Volume.Link(path, kept));
            }
            else if (ReadInfo(key, kept)?.ETag != version)
            {
                throw new ImageConflictException($"Another version of image '{key}' is kept under the same id in {ProviderName}. Use each id once.") { Key = key, Provider = ProviderName };
            }
        }

        _store.Directories.Flush(FileSystemStore.KeptFolder);
        return true;
    }

    private bool Restore(string kept, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken)
    {
        var path = ImagePaths.Of(key);
        if (ReadInfo(key, kept) is not { } info)
        {
            return false;
        }

        using var staged = _store.Staging.Link(kept);
        ImageInfo? current = null;
        _store.Directories.WithFolder(FolderOf(path), () =>
        {
            using (_store.Locks.Enter(key.Value, cancellationToken))
            {
                current = ReadInfo(key, path);
                if (current?.ETag != replaces)
                {
                    _store.ConfirmImages();
                    throw ImageConflictException.For(key, ProviderName, current?.ETag);
                }

                cancellationToken.ThrowIfCancellationRequested();
                using var entry = AddLate(info, current);

                // Two names of one file cannot be moved over each other; then it is back already.
                if (current?.ETag != info.ETag)
                {
                    staged.CommitTo(path);
                }

                entry?.Keep();
            }
        });
        _store.Directories.Flush(FolderOf(path));
        if (current is not null && current.CreatedAt != info.CreatedAt)
        {
            _store.Index.Suspect(current.CreatedAt, key);
        }

        return true;
    }
}
