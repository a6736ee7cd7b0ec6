using System.Diagnostics;
using ImageStorage.LiteDb.Chunks;
using ImageStorage.LiteDb.Documents;
using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Records;
using ImageStorage.Providers;

namespace ImageStorage.LiteDb;

/// <content>
/// Commits several images and documents in one transaction of the database. The chunks are staged before, in invisible
/// commits without a flush. One commit, read back and flushed, makes them visible.
/// </content>
public sealed partial class LiteDbImageProvider : IAtomicProvider
{
    /// <inheritdoc/>
    public async Task<IPreparedImage> PrepareAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        ChunkWriter? writer = new(_store, request.Key, _chunkBytes);
        try
        {
            var id = KeyBytes.Of(request.Key);
            var digest = await UploadAsync(request, id, writer, cancellationToken).ConfigureAwait(false);
            await writer.StageRestAsync(cancellationToken).ConfigureAwait(false);
            var prepared = new Prepared(request, id, writer, digest);
            writer = null;
            return prepared;
        }
        catch (Exception exception) when (LiteDbErrors.NeedsTranslation(exception))
        {
            throw LiteDbErrors.Translate(exception, "saving", request.Key);
        }
        finally
        {
            writer?.Dispose();
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ImageInfo?>> CommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writes);
        AtomicWrite[] all = [.. writes];
        if (Array.Exists(all, write => write is AtomicPut and not { Image: Prepared }))
        {
            throw new ArgumentException("Another provider prepared an image.", nameof(writes));
        }

        foreach (var image in all.OfType<AtomicPut>().Select(put => put.Image).OfType<Prepared>())
        {
            await CallBeforeCommitAsync(image, cancellationToken).ConfigureAwait(false);
        }

        return await TranslateAsync("committing several images", null, _store.CommitAsync<IReadOnlyList<ImageInfo?>>(session => CommitAll(session, all), cancellationToken)).ConfigureAwait(false);
    }

    private ImageInfo?[] CommitAll(LiteSession session, AtomicWrite[] writes)
    {
        // All preconditions are evaluated first; no other commit can intervene.
        var changes = Array.ConvertAll(writes, write => ChangeOf(session, write));
        var leavesTrash = false;
        if (Array.Exists(changes, change => change.Write is not null))
        {
            session.InTransaction(() =>
            {
                foreach (var change in changes)
                {
                    leavesTrash |= change.Write?.Invoke() ?? false;
                }
            });
        }

        Array.ForEach(changes, change => change.ReadBack?.Invoke());
        if (leavesTrash)
        {
            _store.RequestSweep();
        }

        return Array.ConvertAll(changes, change => change.Info);
    }

    private Change ChangeOf(LiteSession session, AtomicWrite write) => write switch
    {
        AtomicPut { Image: Prepared image } => ChangeOf(session, image),
        AtomicUpdate update => ChangeOf(session, update),
        AtomicDelete delete => ChangeOf(session, delete),
        AtomicDocument document => ChangeOf(session, document),
        _ => throw new UnreachableException(),
    };

    private Change ChangeOf(LiteSession session, Prepared image)
    {
        var (record, replaced, existing) = RecordOf(session, image);
        return new Change(record.Info, () => Write(session, image.Id, image.Writer, replaced, record), () =>
        {
            ReadBack(session, image.Id, record.Info.ETag);
            Count(image.Id, replaced is not null, existing, record.Info);
        });
    }

    private Change ChangeOf(LiteSession session, AtomicUpdate write)
    {
        var id = KeyBytes.Of(write.Key);
        var existing = FindRecord(session, id);
        Check(write.Key, write.Update.Precondition, existing?.Info);
        var updated = Updated(existing ?? throw ProviderErrors.NotFound(write.Key, Name), write.Update);
        return new Change(
            updated.Info,
            () =>
            {
                session.Upsert(StoreLayout.Images, ImageTable.DocumentOf(id, updated));
                return false;
            },
            () => ReadBack(session, id, updated.Info.ETag));
    }

    private Change ChangeOf(LiteSession session, AtomicDelete write)
    {
        var id = KeyBytes.Of(write.Key);
        var document = ImageTable.Find(session, id);
        var existing = write.Precondition is null ? ReadReplaced(write.Key, document) : document is null ? null : ImageTable.RecordOf(document);
        Check(write.Key, write.Precondition, existing?.Info);
        return document is null
            ? new Change(null, null, null)
            : new Change(
                existing?.Info,
                () =>
                {
                    session.Delete(StoreLayout.Images, id);
                    return ImageTable.DropChunks(session, _store.Pins, document);
                },
                () =>
                {
                    ReadBack(session, id, null);
                    Count(id, true, existing?.Info, null);
                });
    }

    private static Change ChangeOf(LiteSession session, AtomicDocument write)
    {
        var id = LiteDbDocumentStore.IdOf(write.Name);
        DocumentRules.CheckLength(write.Name, write.Content?.Length ?? 0);
        LiteDbDocumentStore.Check(session, write.Name, id, write.IfMatch);
        if (write.Content is not { } content)
        {
            return session.Find(StoreLayout.Documents, id) is null
                ? new Change(null, null, null)
                : new Change(
                    null,
                    () =>
                    {
                        session.Delete(StoreLayout.Documents, id);
                        return false;
                    },
                    () => ExpectDocument(session, write.Name, id, null));
        }

        var (value, etag) = DocumentFormat.Write(write.Name, content.Span);
        return new Change(
            null,
            () =>
            {
                session.Upsert(StoreLayout.Documents, new LiteDB.BsonDocument { [StoreLayout.Id] = id, [StoreLayout.Data] = value });
                return false;
            },
            () => ExpectDocument(session, write.Name, id, etag));
    }

    private static void ExpectDocument(LiteSession session, DocumentName name, byte[] id, DocumentETag? expected)
    {
        if (LiteDbDocumentStore.Find(session, name, id)?.ETag != expected)
        {
            throw new DamagedFileException("LiteDB reported a commit that is missing");
        }
    }

    /// <summary>A write of a commit whose precondition holds.</summary>
    /// <param name="Info">The record to return.</param>
    /// <param name="Write">
    /// Makes the write within the transaction, and returns whether the sweep has work to do; null when there is nothing
    /// to change.
    /// </param>
    /// <param name="ReadBack">Checks after the commit that the write is present.</param>
    private sealed record Change(ImageInfo? Info, Func<bool>? Write, Action? ReadBack);

    private sealed class Prepared(PutRequest request, byte[] id, ChunkWriter writer, ContentDigest digest) : IPreparedImage
    {
        public ImageKey Key => request.Key;

        public PutRequest Request => request;

        public byte[] Id => id;

        public ChunkWriter Writer => writer;

        public ContentDigest Digest => digest;

        /// <summary>Gets the ETag of the record, unless the request has one.</summary>
        public ImageETag ETag { get; } = ImageETagFactory.Create(digest);

        public ValueTask DisposeAsync()
        {
            // Without a commit, the chunks stay in the trash and are swept.
            writer.Dispose();
            return default;
        }
    }
}
