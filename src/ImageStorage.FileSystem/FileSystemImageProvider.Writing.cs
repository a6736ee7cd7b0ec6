using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.ImageFiles;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Staging;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem;

public sealed partial class FileSystemImageProvider
{
    // A complete save up to the first length takes about 50 µs. Staging up to the second takes less than 100 µs of
    // processor time.
    private const long MaxInlineSaveLength = 64 << 10;
    private const long MaxInlineStagingLength = 256 << 10;

    /// <inheritdoc/>
    public async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var isRelaxed = _store.Durability == Durability.Relaxed;
        var runsInline = RunsInline(request.Content.Length, isRelaxed);
        await PoolThread.SwitchUnless(runsInline);
        var isInCallback = false;
        try
        {
            var path = OpenForUpload(request, cancellationToken);
            using var staged = _store.Staging.Create(ReservedLength(request.Content.Length));
            using var writer = new ImageFileWriter(staged);
            while (await request.Content.ReadAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } piece)
            {
                writer.Append(piece.Span);
            }

            var (createdAt, now, added) = StartFlushes(request, staged, path);
            using var entry = added;
            var digest = await request.Content.GetDigestAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var info = request.ToInfo(digest, writer.PayloadLength, createdAt, now, ImageETagFactory.Create(digest));
            if (request.BeforeCommit is { } beforeCommit)
            {
                isInCallback = true;
                await beforeCommit(info, cancellationToken).ConfigureAwait(false);
                isInCallback = false;
            }

            ImageInfo Commit() => CompleteAndCommit(writer, info, entry, staged, path, request.Precondition, cancellationToken);
            return isRelaxed ? Commit() : await CommitThreads.RunAsync(Commit, mayRunInline: !runsInline).ConfigureAwait(false);
        }
        catch (Exception exception) when (!isInCallback && FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "saving", request.Key);
        }
    }

    // A durable save beside others moves to a commit thread anyway, and staging waits for no medium.
    private static bool RunsInline(long? length, bool isRelaxed) =>
        (isRelaxed || CommitThreads.AreBusy) && PoolThread.CanRunInline(length, isRelaxed ? MaxInlineSaveLength : MaxInlineStagingLength);

    /// <inheritdoc/>
    public async Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        try
        {
            _store.OpenForWriting(cancellationToken);
            var path = ImagePaths.Of(key);
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var file = _store.Volume.OpenRead(path);
                var footer = file is null ? default(ImageFileFooter?) : ImageFileFooter.Read(file, key);
                Check(key, update.Precondition, footer?.Info);
                if (footer is not { Info: { } existing } found)
                {
                    return null;
                }

                var info = update.ApplyTo(existing, NowAfter(existing), ImageETagFactory.Create(existing.Digest));
                MetadataLimit.Check(info, Capabilities.MaxMetadataBytes);
                using var staged = _store.Staging.Create(ReservedLength(existing.Length));
                CopyVerified(file!, key, found, staged, cancellationToken);
                ImageFileWriter.WriteFooter(staged, found.Table.Span, info);
                bool Commit()
                {
                    try
                    {
                        // This restores a lost entry. A duplicate disappears with the next merge.
                        using var entry = _store.Index.Add(info.CreatedAt, key);
                        this.Commit(info, entry, staged, path, new IfMatch(existing.ETag), cancellationToken, updated: existing);
                        return true;
                    }
                    catch (ImageConflictException conflict) when (update.Precondition is null || conflict.CurrentETag == existing.ETag)
                    {
                        // Another writer changed the image in the meantime, or a restore replaced it by the same version
                        // with other stored bytes. The update is applied to what is there now.
                        return false;
                    }
                }

                if (_store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false))
                {
                    return info;
                }
            }
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "updating", key);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        try
        {
            if (!_store.OpenForReading(cancellationToken))
            {
                Check(key, options?.Precondition, null);
                return false;
            }

            _store.OpenForWriting(cancellationToken);
            var path = ImagePaths.Of(key);
            bool Commit() => Delete(key, path, options?.Precondition, cancellationToken);
            return _store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "deleting", key);
        }
    }

    /// <summary>Opens the store for a save. Returns the path of the image.</summary>
    private string OpenForUpload(PutRequest request, CancellationToken cancellationToken)
    {
        _store.OpenForWriting(cancellationToken);
        var path = ImagePaths.Of(request.Key);
        if (request.Precondition is not null)
        {
            // Only spares the upload. The check under the lock decides.
            Check(request.Key, request.Precondition, ReadInfo(_store.Medium, request.Key, path));
        }

        return path;
    }

    /// <summary>
    /// Starts to flush the staged payload and, if the image needs an index entry, the entry. In the meantime the last
    /// piece may be hashed on another core.
    /// </summary>
    private (DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt, PendingEntry? Entry) StartFlushes(PutRequest request, StagedFile staged, string path)
    {
        staged.StartFlush(_store.Durability);
        var existing = ReadReplaced(request.Key, path);
        var now = NowAfter(existing);
        var createdAt = request.CreatedAt?.ToUniversalTime() ?? existing?.CreatedAt ?? now;
        var hasEntry = existing?.CreatedAt == createdAt && _store.Index.IsComplete;
        return (createdAt, now, hasEntry ? null : _store.Index.Add(createdAt, request.Key));
    }

    private ImageInfo CompleteAndCommit(ImageFileWriter writer, ImageInfo info, PendingEntry? entry, StagedFile staged, string path, Precondition? precondition, CancellationToken cancellationToken)
    {
        writer.Complete(info);
        Commit(info, entry, staged, path, precondition, cancellationToken);
        return info;
    }

    /// <summary>
    /// Makes a staged file visible: flushes the file, in parallel with the log; checks and renames under the stripe
    /// lock of the key; flushes the folder. Until the rename nothing has changed; after the rename nothing is undone.
    /// </summary>
    private void Commit(ImageInfo info, PendingEntry? entry, StagedFile staged, string path, Precondition? precondition, CancellationToken cancellationToken, ImageInfo? updated = null)
    {
        staged.Finish(_store.Durability);
        entry?.Wait();
        var folder = FolderOf(path);
        var replaced = Rename(info, staged, path, folder, entry, precondition, updated, cancellationToken);
        _store.Directories.Flush(folder);
        if (replaced is not null && replaced.CreatedAt != info.CreatedAt)
        {
            _store.Index.MarkStale(replaced.CreatedAt, info.Key);
        }
    }

    /// <summary>
    /// Renames the staged file over the image: the commit. The record that an update has read must be there in the same
    /// encoding.
    /// </summary>
    /// <returns>
    /// The record of the replaced image, or <see langword="null"/> if there was none or it is damaged.
    /// </returns>
    private ImageInfo? Rename(ImageInfo info, StagedFile staged, string path, string folder, PendingEntry? entry, Precondition? precondition, ImageInfo? updated, CancellationToken cancellationToken)
    {
        ImageInfo? current = null;
        _store.Directories.WithFolder(folder, () =>
        {
            using (_store.Locks.Enter(info.Key.Value, cancellationToken))
            {
                // A missing image is not confirmed here: the rename proves that the store is at its path, because the
                // staged file is there.
                current = precondition is null ? ReadReplaced(info.Key, path) : ReadInfo(_store.Medium, info.Key, path);
                Check(info.Key, precondition, current);
                if (updated is not null && current?.Encoding != updated.Encoding)
                {
                    // A restored version has its ETag again. A hybrid provider stores its content under another id.
                    throw ProviderErrors.Conflict(info.Key, ProviderName, current?.ETag);
                }

                cancellationToken.ThrowIfCancellationRequested();
                using var late = entry is null ? AddMissingEntry(info, current) : null;
                staged.CommitTo(path);
                (entry ?? late)?.MarkVisible();
            }
        });
        return current;
    }

    /// <summary>
    /// Appends an index entry if a save relied on the entry of an image that was deleted in the meantime. Under the
    /// stripe lock of the key, every visible image has an entry.
    /// </summary>
    private PendingEntry? AddMissingEntry(ImageInfo info, ImageInfo? current)
    {
        if (current?.CreatedAt == info.CreatedAt)
        {
            return null;
        }

        var entry = _store.Index.Add(info.CreatedAt, info.Key);
        try
        {
            entry.Wait();
            return entry;
        }
        catch
        {
            entry.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Deletes an image, and makes the deletion durable. A missing image too: its deletion may have failed at the flush,
    /// or another process may still flush it, so without a flush the image could return after a power cut.
    /// </summary>
    private bool Delete(ImageKey key, string path, Precondition? precondition, CancellationToken cancellationToken)
    {
        bool isDeleted;
        ImageInfo? existing;
        using (_store.Locks.Enter(key.Value, cancellationToken))
        {
            existing = precondition is null ? ReadReplaced(key, path) : ReadInfo(key, path);
            var isMet = precondition?.IsSatisfiedBy(existing?.ETag) ?? true;
            if (!isMet && existing is not null)
            {
                throw ProviderErrors.Conflict(key, ProviderName, existing.ETag);
            }

            cancellationToken.ThrowIfCancellationRequested();

            // Otherwise an image of another store at this path, with the same key, would be deleted.
            _store.Confirm();
            isDeleted = isMet && _store.Volume.DeleteFile(path);
        }

        // The flush comes first: it makes the removal of the file durable, and an unflushed removal of the folder does
        // not.
        _store.Directories.Flush(FolderOf(path));
        if (!isDeleted)
        {
            Check(key, precondition, existing);
            return false;
        }

        _store.EmptyFolders.Remove(FolderOf(path));
        if (existing is not null)
        {
            _store.Index.MarkStale(existing.CreatedAt, key);
        }

        return true;
    }

    /// <summary>
    /// Reads the record of an image that is about to be replaced or deleted. A damaged image must not prevent either.
    /// Its record is then unknown, and a listing that meets its index entry marks the entry as stale.
    /// </summary>
    private ImageInfo? ReadReplaced(ImageKey key, string path)
    {
        try
        {
            return ReadInfo(_store.Medium, key, path);
        }
        catch (ImageCorruptedException exception)
        {
            Log.DamagedReplaced(_logger, key, exception);
            return null;
        }
    }

    // Reserving space pays off from about a megabyte. Smaller files are written faster than their space is reserved.
    private static long ReservedLength(long? length)
    {
        const long Least = 1 << 20;
        return length >= Least ? length.Value + BlockHashTable.LengthOf(length.Value) : 0;
    }
}
