using ImageStorage.LiteDb.Chunks;
using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Records;
using ImageStorage.Providers;
using LiteDB;

namespace ImageStorage.LiteDb;

public sealed partial class LiteDbImageProvider
{
    /// <inheritdoc/>
    public async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await PutUntranslatedAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (LiteDbErrors.IsForeign(exception))
        {
            throw LiteDbErrors.Translate(exception, "saving", request.Key);
        }
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        var id = KeyBytes.Of(key);
        if (!await ExistsAsync("updating", key, id, update.Precondition, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        return await Translated("updating", key, _store.CommitAsync(session => Update(session, key, id, update), cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var id = KeyBytes.Of(key);
        if (!await ExistsAsync("deleting", key, id, options?.Precondition, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        return await Translated("deleting", key, _store.CommitAsync(session => Delete(session, key, id, options?.Precondition), cancellationToken)).ConfigureAwait(false);
    }

    // What is not there needs no commit, and must not create a store.
    private Task<bool> ExistsAsync(string operation, ImageKey key, byte[] id, Precondition? precondition, CancellationToken cancellationToken) =>
        Translated(operation, key, _store.ReadAsync(
            session =>
            {
                var exists = session is not null && ImageTable.Find(session, id) is not null;
                if (!exists)
                {
                    Check(key, precondition, null);
                }

                return exists;
            },
            cancellationToken));

    private async Task<ImageInfo> PutUntranslatedAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var id = KeyBytes.Of(request.Key);
        using var writer = new ChunkWriter(_store, request.Key, _chunkBytes);
        var digest = await UploadAsync(request, id, writer, cancellationToken).ConfigureAwait(false);
        return await _store.CommitAsync(
            session =>
            {
                var (record, replaced, existing) = RecordOf(session, request, id, writer, digest);
                Commit(session, id, writer, replaced, record);
                Count(id, replaced is not null, existing, record.Info);
                return record.Info;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the content into chunks; answers its digest.</summary>
    private async Task<ContentDigest> UploadAsync(PutRequest request, byte[] id, ChunkWriter writer, CancellationToken cancellationToken)
    {
        RefuseLonger(request.Key, request.Content.Length ?? 0);
        if (request.Precondition is not null)
        {
            // Only to spare the upload; what counts is the check beside the commit.
            await _store.ReadAsync(
                session =>
                {
                    Check(request.Key, request.Precondition, FindRecord(session, id)?.Info);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }

        var length = 0L;
        while (await request.Content.ReadAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            RefuseLonger(request.Key, length += piece.Length);
            await writer.AppendAsync(piece, cancellationToken).ConfigureAwait(false);
        }

        return await request.Content.GetDigestAsync().ConfigureAwait(false);
    }

    /// <summary>The record that a save makes of its chunks, and what it replaces; on the thread of the store, before the transaction.</summary>
    private (StoredRecord Record, BsonDocument? Replaced, ImageInfo? Existing) RecordOf(LiteSession session, PutRequest request, byte[] id, ChunkWriter writer, ContentDigest digest)
    {
        writer.Take();
        var replaced = ImageTable.Find(session, id);
        var existing = request.Precondition is null ? ReadReplaced(request.Key, replaced) : replaced is null ? null : ImageTable.RecordOf(replaced);
        Check(request.Key, request.Precondition, existing?.Info);
        var now = NowAfter(existing?.Info);
        var info = request.ToInfo(digest, request.CreatedAt?.ToUniversalTime() ?? existing?.Info.CreatedAt ?? now, now, ImageETag.NewFor(digest));
        var record = new StoredRecord(info, writer.Version, _chunkBytes);
        return record.ChunkCount == writer.ChunkCount
            ? (record, replaced, existing?.Info)
            : throw new InvalidOperationException($"The content of '{request.Key}' gave another number of bytes than its digest says.");
    }

    /// <summary>The commit of a save: the last chunks, the record, and what becomes of the old chunks, in one transaction.</summary>
    private void Commit(LiteSession session, byte[] id, ChunkWriter writer, BsonDocument? replaced, StoredRecord record)
    {
        var leavesTrash = false;
        session.InTransaction(() => leavesTrash = Write(session, id, writer, replaced, record));
        ReadBack(session, id, record.Info.ETag);
        if (leavesTrash)
        {
            _store.RequestSweep();
        }
    }

    /// <summary>The writes of a save, inside the transaction that commits it; answers whether there is work for the sweep.</summary>
    private bool Write(LiteSession session, byte[] id, ChunkWriter writer, BsonDocument? replaced, StoredRecord record)
    {
        writer.InsertLast(session);
        session.Upsert(StoreLayout.Images, ImageTable.DocumentOf(id, record));
        if (writer.HasStaged)
        {
            session.Delete(StoreLayout.Trash, new BsonValue(record.Version));
        }

        return replaced is not null && ImageTable.DropChunks(session, _store.Pins, replaced);
    }

    private ImageInfo? Update(LiteSession session, ImageKey key, byte[] id, ImageUpdate update)
    {
        var existing = FindRecord(session, id);
        Check(key, update.Precondition, existing?.Info);
        if (existing is null)
        {
            return null;
        }

        var updated = Updated(existing, update);
        session.InTransaction(() => session.Upsert(StoreLayout.Images, ImageTable.DocumentOf(id, updated)));
        ReadBack(session, id, updated.Info.ETag);
        return updated.Info;
    }

    private StoredRecord Updated(StoredRecord existing, ImageUpdate update)
    {
        var info = update.ApplyTo(existing.Info) with { ModifiedAt = NowAfter(existing.Info), ETag = update.NewETag ?? ImageETag.NewFor(existing.Info.Digest) };
        MetadataLimit.Check(info, Capabilities.MaxMetadataBytes);
        return existing with { Info = info };
    }

    private bool Delete(LiteSession session, ImageKey key, byte[] id, Precondition? precondition)
    {
        var document = ImageTable.Find(session, id);
        var existing = precondition is null ? ReadReplaced(key, document) : document is null ? null : ImageTable.RecordOf(document);
        Check(key, precondition, existing?.Info);
        if (document is null)
        {
            return false;
        }

        var leavesTrash = false;
        session.InTransaction(() =>
        {
            leavesTrash = ImageTable.DropChunks(session, _store.Pins, document);
            session.Delete(StoreLayout.Images, id);
        });
        ReadBack(session, id, null);
        Count(id, true, existing?.Info, null);
        if (leavesTrash)
        {
            _store.RequestSweep();
        }

        return true;
    }

    // LiteDB was seen to report commits that were not there.
    private static void ReadBack(LiteSession session, byte[] id, ImageETag? expected)
    {
        if (FindRecord(session, id)?.Info.ETag != expected)
        {
            throw new DamagedFileException("LiteDB reported a commit that is not there");
        }
    }

    /// <summary>
    /// The record of an image that is about to be replaced or deleted. A damaged one must not stand in the way of that: its record is unknown.
    /// </summary>
    private StoredRecord? ReadReplaced(ImageKey key, BsonDocument? document)
    {
        try
        {
            return document is null ? null : ImageTable.RecordOf(document);
        }
        catch (ImageCorruptedException exception)
        {
            Log.DamagedReplaced(_logger, key, exception);
            return null;
        }
    }

    private void RefuseLonger(ImageKey key, long length)
    {
        if (length > Capabilities.MaxContentLength)
        {
            throw new ImageValidationException(ImageValidationKind.TooLarge, $"Image '{key}' is longer than the {Capabilities.MaxContentLength} bytes that {ProviderName} takes (LiteDb.MaxLength); nothing was stored.") { Key = key, Provider = ProviderName };
        }
    }

    private void Count(byte[] id, bool existed, ImageInfo? before, ImageInfo? after)
    {
        if (existed && before is null)
        {
            // Damaged: how it was counted nobody knows.
            _store.Usage.Forget();
        }
        else
        {
            _store.Usage.Change(id, before, after);
        }
    }
}
