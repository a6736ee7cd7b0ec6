using System.Buffers;
using ImageStorage.Errors;
using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Needles;
using ImageStorage.FileSystem.Staging;
using ImageStorage.Providers;
using ImageStorage.Validation;

namespace ImageStorage.FileSystem;

public sealed partial class FileSystemImageProvider
{
    // How old an entry of the index must be before folders that it leaves empty are removed.
    private static readonly TimeSpan TidyAge = TimeSpan.FromHours(24);

    /// <inheritdoc/>
    public async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        try
        {
            _store.OpenForWriting();
            var path = ImagePaths.Of(request.Key);
            if (request.Precondition is not null)
            {
                // Only to spare the upload; what counts is the check under the lock.
                Check(request.Key, request.Precondition, ReadInfo(request.Key, path));
            }

            using var staged = _store.Staging.Create(ReservedLength(request.Content.Length));
            using var writer = new NeedleWriter(staged);
            while (await request.Content.ReadAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } piece)
            {
                writer.Append(piece.Span);
            }

            // From here on the last piece may still be hashed on another core, and the index entry becomes durable on a third.
            staged.StartFlush(_store.Durability);
            var existing = ReadReplaced(request.Key, path);
            var now = NowAfter(existing);
            var createdAt = request.CreatedAt?.ToUniversalTime() ?? existing?.CreatedAt ?? now;
            using var entry = existing?.CreatedAt == createdAt ? null : new PendingEntry(this, request.Key, createdAt);
            var digest = await request.Content.GetDigestAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            ImageInfo Commit()
            {
                var info = request.ToInfo(digest, createdAt, now, request.NewETag ?? ImageETag.NewFor(digest));
                writer.Complete(info);
                this.Commit(info, entry, staged, path, request.Precondition, cancellationToken);
                return info;
            }

            return _store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "saving", request.Key);
        }
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        try
        {
            _store.OpenForWriting();
            var path = ImagePaths.Of(key);
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var file = _store.Volume.OpenRead(path);
                var tail = file is null ? default(NeedleTail?) : NeedleTail.Read(file, key);
                Check(key, update.Precondition, tail?.Info);
                if (tail is not { Info: { } existing } found)
                {
                    return null;
                }

                var info = update.ApplyTo(existing) with { ModifiedAt = NowAfter(existing), ETag = update.NewETag ?? ImageETag.NewFor(existing.Digest) };
                MetadataLimit.Check(info, Capabilities.MaxMetadataBytes);
                using var staged = _store.Staging.Create(ReservedLength(existing.Length));
                CopyPayload(file!, existing.Encoding?.StoredLength ?? existing.Length, staged, cancellationToken);
                NeedleWriter.WriteTail(staged, found.Table.Span, info);
                bool Commit()
                {
                    try
                    {
                        // An entry that somebody lost is mended here, where nobody counts microseconds.
                        using var entry = _store.Index.Contains(info.CreatedAt, key) ? null : new PendingEntry(this, key, info.CreatedAt);
                        this.Commit(info, entry, staged, path, new IfMatch(existing.ETag), cancellationToken);
                        return true;
                    }
                    catch (ImageConflictException) when (update.Precondition is null)
                    {
                        // Somebody else changed the image meanwhile: the update applies to what is there now.
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
            if (!_store.OpenForReading())
            {
                Check(key, options?.Precondition, null);
                return false;
            }

            _store.OpenForWriting();
            var path = ImagePaths.Of(key);
            bool Commit() => Delete(key, path, options?.Precondition, cancellationToken);
            return _store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "deleting", key);
        }
    }

    /// <summary>
    /// Makes a finished file visible: flush of the file, beside that of the index entry, then under the key's lock the
    /// check and the rename, then the flush of the folder. Until the rename nothing has changed; after it nothing is undone.
    /// </summary>
    private void Commit(ImageInfo info, PendingEntry? entry, StagedFile staged, string path, Precondition? precondition, CancellationToken cancellationToken)
    {
        staged.Finish(_store.Durability);
        entry?.Wait();
        var replaced = Rename(info, staged, path, entry, precondition, cancellationToken);
        _store.Directories.Flush(FolderOf(path));
        if (replaced is not null && replaced.CreatedAt != info.CreatedAt)
        {
            TryRemoveUnusedEntry(info.Key, replaced.CreatedAt);
        }
    }

    /// <summary>The commit proper; answers the image that was replaced.</summary>
    private ImageInfo? Rename(ImageInfo info, StagedFile staged, string path, PendingEntry? entry, Precondition? precondition, CancellationToken cancellationToken)
    {
        ImageInfo? current = null;
        _store.Directories.WithFolder(FolderOf(path), () =>
        {
            using (_store.Locks.Enter(info.Key.Value, cancellationToken))
            {
                current = precondition is null ? ReadReplaced(info.Key, path) : ReadInfo(info.Key, path);
                Check(info.Key, precondition, current);
                cancellationToken.ThrowIfCancellationRequested();
                EnsureEntry(info, current, entry?.Path);
                staged.CommitTo(path);
                entry?.Keep();
            }
        });
        return current;
    }

    /// <summary>
    /// Under the lock of the key every visible image has its entry. The one of this save may be missing: a listing took
    /// it for left over, or it was to be that of an image that somebody deleted meanwhile.
    /// </summary>
    private void EnsureEntry(ImageInfo info, ImageInfo? current, string? entry)
    {
        if (current?.CreatedAt != info.CreatedAt && (entry is null || !_store.Volume.FileExists(entry)))
        {
            _store.Directories.Flush(FolderOf(_store.Index.Ensure(info.CreatedAt, info.Key)), TrustFolders(info.CreatedAt));
        }
    }

    // Folders of times long past may be tidied away beside a save that dates itself there, so nothing that was once known
    // of them counts.
    private bool TrustFolders(DateTimeOffset createdAt) => createdAt >= _timeProvider.GetUtcNow() - (TidyAge / 2);

    private bool Delete(ImageKey key, string path, Precondition? precondition, CancellationToken cancellationToken)
    {
        ImageInfo? existing;
        using (_store.Locks.Enter(key.Value, cancellationToken))
        {
            existing = precondition is null ? ReadReplaced(key, path) : ReadInfo(key, path);
            Check(key, precondition, existing);
            cancellationToken.ThrowIfCancellationRequested();
            if (!_store.Volume.DeleteFile(path))
            {
                return false;
            }
        }

        // The entry goes only when the image is durably gone: after a power cut there must be no image without one.
        _store.Directories.Flush(FolderOf(path));
        if (existing is not null)
        {
            TryRemoveUnusedEntry(key, existing.CreatedAt);
        }

        return true;
    }

    /// <summary>Removes an entry unless an image of that time is there (again).</summary>
    private void RemoveUnusedEntry(ImageKey key, DateTimeOffset createdAt)
    {
        using (_store.Locks.Enter(key.Value, CancellationToken.None))
        {
            if (ReadReplaced(key, ImagePaths.Of(key))?.CreatedAt == createdAt)
            {
                return;
            }

            _store.Index.Remove(createdAt, key);
        }

        if (createdAt < _timeProvider.GetUtcNow() - TidyAge)
        {
            _store.Index.Tidy(createdAt, key);
        }
    }

    /// <summary>
    /// The record of an image that is about to be replaced or deleted. A damaged one must not stand in the way of that:
    /// its record is unknown, and its entry in the index, should it have one, is dropped when a listing meets it.
    /// </summary>
    private ImageInfo? ReadReplaced(ImageKey key, string path)
    {
        try
        {
            return ReadInfo(key, path);
        }
        catch (ImageCorruptedException exception)
        {
            Log.DamagedReplaced(_logger, key, exception);
            return null;
        }
    }

    private void TryRemoveUnusedEntry(ImageKey key, DateTimeOffset createdAt)
    {
        try
        {
            RemoveUnusedEntry(key, createdAt);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            // The save or delete has been decided, done or failed; an entry without its image is harmless either way.
            Log.EntryLeft(_logger, exception);
        }
    }

    private static void CopyPayload(Volumes.VolumeFile source, long length, StagedFile target, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(NeedleFormat.BlockLength);
        try
        {
            for (long offset = 0; offset < length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = source.Read(buffer.AsSpan(0, (int)Math.Min(NeedleFormat.BlockLength, length - offset)), offset);
                if (read == 0)
                {
                    throw NeedleTail.Corrupted(null, "it became shorter while it was read");
                }

                target.Append(buffer.AsSpan(0, read));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Reserving the space pays from about a megabyte up; below, the file is written faster than it is reserved.
    private static long ReservedLength(long? length)
    {
        const long Least = 1 << 20;
        return length >= Least ? length.Value + NeedleFormat.TableLength(length.Value) : 0;
    }
}
