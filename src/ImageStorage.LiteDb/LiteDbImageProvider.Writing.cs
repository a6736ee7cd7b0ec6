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
        var id = KeyBytes.Of(request.Key);
        using var writer = new ChunkWriter(_store, request.Key, _chunkBytes);
        var digest = await TranslateAsync("saving", request.Key, UploadAsync(request, id, writer, cancellationToken)).ConfigureAwait(false);
        var prepared = new Prepared(request, id, writer, digest);
        await CallBeforeCommitAsync(prepared, cancellationToken).ConfigureAwait(false);
        return await TranslateAsync("saving", request.Key, _store.CommitAsync(session => Put(session, prepared), cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        var id = KeyBytes.Of(key);
        if (!await ExistsAsync("updating", key, id, update.Precondition, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        return await TranslateAsync("updating", key, _store.CommitAsync(session => Update(session, key, id, update), cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var id = KeyBytes.Of(key);
        if (!await ExistsAsync("deleting", key, id, options?.Precondition, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        return await TranslateAsync("deleting", key, _store.CommitAsync(session => Delete(session, key, id, options?.Precondition), cancellationToken)).ConfigureAwait(false);
    }

    // A missing image needs no commit, and must not create a store.
    private Task<bool> ExistsAsync(string operation, ImageKey key, byte[] id, Precondition? precondition, CancellationToken cancellationToken) =>
        TranslateAsync(operation, key, _store.ReadAsync(
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

    private ImageInfo Put(LiteSession session, Prepared image)
    {
        var (record, replaced, existing) = RecordOf(session, image);
        Commit(session, image.Id, image.Writer, replaced, record);
        Count(image.Id, replaced is not null, existing, record.Info);
        return record.Info;
    }

    /// <summary>Reads the content into chunks.</summary>
    /// <returns>The digest of the content.</returns>
    private async Task<ContentDigest> UploadAsync(PutRequest request, byte[] id, ChunkWriter writer, CancellationToken cancellationToken)
    {
        RefuseLonger(request.Key, request.Content.Length ?? 0);
        if (request.Precondition is not null)
        {
            // Only to avoid a useless upload. The check within the commit decides.
            await _store.ReadAsync(
                session =>
                {
                    Check(request.Key, request.Precondition, FindRecord(session, id)?.Info);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }

        while (await request.Content.ReadAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            RefuseLonger(request.Key, writer.Length + piece.Length);
            await writer.AppendAsync(piece, cancellationToken).ConfigureAwait(false);
        }

        var digest = await request.Content.GetDigestAsync().ConfigureAwait(false);
        request.CheckLength(digest, writer.Length);
        return digest;
    }

    /// <summary>Runs the callback of a save, if there is one. A failure of the callback is not translated.</summary>
    private async ValueTask CallBeforeCommitAsync(Prepared image, CancellationToken cancellationToken)
    {
        if (image.Request.BeforeCommit is { } beforeCommit)
        {
            var info = await TranslateAsync("saving", image.Key, _store.ReadAsync(session => InfoOf(image, FindReplaced(session, image).Existing), cancellationToken)).ConfigureAwait(false);
            await beforeCommit(info, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Returns the record of a save and the image that the save replaces. Called by work, before the transaction.
    /// </summary>
    private (StoredRecord Record, BsonDocument? Replaced, ImageInfo? Existing) RecordOf(LiteSession session, Prepared image)
    {
        image.Writer.AssignVersion();
        var (replaced, existing) = FindReplaced(session, image);
        return (new StoredRecord(InfoOf(image, existing), image.Writer.Version, _chunkBytes), replaced, existing);
    }

    /// <summary>Returns the image that a save replaces, and checks the precondition.</summary>
    private (BsonDocument? Replaced, ImageInfo? Existing) FindReplaced(LiteSession? session, Prepared image)
    {
        var replaced = session is null ? null : ImageTable.Find(session, image.Id);
        var existing = image.Request.Precondition is null ? ReadReplaced(image.Key, replaced) : replaced is null ? null : ImageTable.RecordOf(replaced);
        Check(image.Key, image.Request.Precondition, existing?.Info);
        return (replaced, existing?.Info);
    }

    private ImageInfo InfoOf(Prepared image, ImageInfo? existing)
    {
        var now = NowAfter(existing);
        return image.Request.ToInfo(image.Digest, image.Writer.Length, image.Request.CreatedAt?.ToUniversalTime() ?? existing?.CreatedAt ?? now, now, image.ETag);
    }

    /// <summary>
    /// Commits a save: the last chunks, the record, and the removal of the old chunks, in one transaction.
    /// </summary>
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

    /// <summary>Makes the writes of a save, within the transaction that commits the save.</summary>
    /// <returns>Whether the sweep has work to do.</returns>
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

    private ImageInfo? Update(LiteSession session, ImageKey key, byte[] id, RecordUpdate update)
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

    private StoredRecord Updated(StoredRecord existing, RecordUpdate update)
    {
        var info = update.ApplyTo(existing.Info, NowAfter(existing.Info), ImageETagFactory.Create(existing.Info.Digest));
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

    // LiteDB has reported commits that were missing.
    private static void ReadBack(LiteSession session, byte[] id, ImageETag? expected)
    {
        if (FindRecord(session, id)?.Info.ETag != expected)
        {
            throw new DamagedFileException("LiteDB reported a commit that is missing");
        }
    }

    /// <summary>
    /// Returns the record of an image that is about to be replaced or deleted; null for a damaged record, which must
    /// not prevent that.
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
            throw new ImageValidationException(ImageValidationKind.TooLarge, $"Image '{key}' exceeds the maximum of {Capabilities.MaxContentLength} bytes in {ProviderName}. Nothing was stored; set LiteDb.MaxLength, or store a smaller image.") { Key = key, Provider = ProviderName };
        }
    }

    private void Count(byte[] id, bool existed, ImageInfo? before, ImageInfo? after)
    {
        if (existed && before is null)
        {
            // Damaged: the counted length is unknown.
            _store.Usage.Forget();
        }
        else
        {
            _store.Usage.Change(id, before, after);
        }
    }
}
