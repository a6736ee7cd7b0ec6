using System.Buffers;
using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Index;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Needles;
using ImageStorage.FileSystem.Staging;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem;

public sealed partial class FileSystemImageProvider
{
    // A save takes about 50 microseconds up to here, and less than 100 of processor time to be staged up to there.
    private const long MostDoneAtOnce = 64 << 10;
    private const long MostStagedAtOnce = 256 << 10;

    /// <inheritdoc/>
    public async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();

        // A durable save beside others is handed over anyway, to a commit thread: what comes before waits for no medium.
        var isRelaxed = _store.Durability == Durability.Relaxed;
        var stays = (isRelaxed || CommitThreads.AreBusy) && PoolThread.MayStay(request.Content.Length, isRelaxed ? MostDoneAtOnce : MostStagedAtOnce);
        if (!stays)
        {
            await PoolThread.Switch();
        }

        try
        {
            _store.OpenForWriting(cancellationToken);
            var path = ImagePaths.Of(request.Key);
            if (request.Precondition is not null)
            {
                // Only to spare the upload; what counts is the check under the lock.
                Check(request.Key, request.Precondition, ReadInfo(_store.Medium, request.Key, path));
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
            using var entry = existing?.CreatedAt == createdAt && _store.Index.IsComplete ? null : _store.Index.Add(createdAt, request.Key);
            var digest = await request.Content.GetDigestAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            ImageInfo Commit()
            {
                var info = request.ToInfo(digest, createdAt, now, ImageETag.NewFor(digest));
                writer.Complete(info);
                this.Commit(info, entry, staged, path, request.Precondition, cancellationToken);
                return info;
            }

            return isRelaxed ? Commit() : await CommitThreads.RunAsync(Commit, mayStay: !stays).ConfigureAwait(false);
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
            _store.OpenForWriting(cancellationToken);
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
                        // An entry that was lost is mended by this; one that is there twice is one after the next merge.
                        using var entry = _store.Index.Add(info.CreatedAt, key);
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

    /// <summary>
    /// Makes a finished file visible: flush of the file, beside that of the log, then under the key's lock the
    /// check and the rename, then the flush of the folder. Until the rename nothing has changed; after it nothing is undone.
    /// </summary>
    private void Commit(ImageInfo info, IndexTicket? entry, StagedFile staged, string path, Precondition? precondition, CancellationToken cancellationToken)
    {
        staged.Finish(_store.Durability);
        entry?.Wait();
        var folder = FolderOf(path);
        var replaced = Rename(info, staged, path, folder, entry, precondition, cancellationToken);
        _store.Directories.Flush(folder);
        if (replaced is not null && replaced.CreatedAt != info.CreatedAt)
        {
            _store.Index.Suspect(replaced.CreatedAt, info.Key);
        }
    }

    /// <summary>The commit proper; answers the image that was replaced.</summary>
    private ImageInfo? Rename(ImageInfo info, StagedFile staged, string path, string folder, IndexTicket? entry, Precondition? precondition, CancellationToken cancellationToken)
    {
        ImageInfo? current = null;
        _store.Directories.WithFolder(folder, () =>
        {
            using (_store.Locks.Enter(info.Key.Value, cancellationToken))
            {
                // Not confirmed where it is missing: the rename proves that the store is there, because the staged file is.
                current = precondition is null ? ReadReplaced(info.Key, path) : ReadInfo(_store.Medium, info.Key, path);
                Check(info.Key, precondition, current);
                cancellationToken.ThrowIfCancellationRequested();
                using var late = entry is null ? AddLate(info, current) : null;
                staged.CommitTo(path);
                (entry ?? late)?.Keep();
            }
        });
        return current;
    }

    /// <summary>
    /// Under the lock of the key every visible image has its entry. A save that relied on that of an image which somebody
    /// deleted meanwhile makes one of its own now.
    /// </summary>
    private IndexTicket? AddLate(ImageInfo info, ImageInfo? current)
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

    private bool Delete(ImageKey key, string path, Precondition? precondition, CancellationToken cancellationToken)
    {
        ImageInfo? existing;
        using (_store.Locks.Enter(key.Value, cancellationToken))
        {
            existing = precondition is null ? ReadReplaced(key, path) : ReadInfo(key, path);
            Check(key, precondition, existing);
            cancellationToken.ThrowIfCancellationRequested();

            // Nothing else would tell another store in the place of this one, with an image under the same key.
            _store.Confirm();
            if (!_store.Volume.DeleteFile(path))
            {
                return false;
            }
        }

        // The flush first: it makes the removal of the file durable, which an unflushed removal of the folder does not.
        _store.Directories.Flush(FolderOf(path));
        _store.EmptyFolders.Remove(FolderOf(path));
        if (existing is not null)
        {
            _store.Index.Suspect(existing.CreatedAt, key);
        }

        return true;
    }

    /// <summary>
    /// The record of an image that is about to be replaced or deleted. A damaged one must not stand in the way of that:
    /// its record is unknown, and its entry in the index, should it have one, is noted when a listing meets it.
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
