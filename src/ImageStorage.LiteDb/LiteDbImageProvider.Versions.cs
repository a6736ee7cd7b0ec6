using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Records;
using ImageStorage.Providers;

namespace ImageStorage.LiteDb;

/// <content>
/// A retained version is a second document with the record of the image. Both refer to the same chunks, which are
/// removed with the last document that needs them. Each call is one transaction.
/// </content>
public sealed partial class LiteDbImageProvider : IVersionKeeper
{
    /// <inheritdoc/>
    public async Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        var image = KeyBytes.Of(key);

        // A version that does not exist needs no commit, and must not create a store.
        return await TranslateAsync("retaining a version of", key, _store.ReadAsync(session => FindRecord(session, image)?.Info.ETag == version, cancellationToken)).ConfigureAwait(false)
            && await TranslateAsync("retaining a version of", key, _store.CommitAsync(session => Retain(session, id, key, image, version), cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> GetRetainedAsync(string id, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        return await TranslateAsync("reading a retained version", null, _store.ReadAsync(session => FindRetained(session, id)?.Info, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<StoredImage?> OpenRetainedAsync(string id, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        return await TranslateAsync("reading a retained version", null, _store.ReadAsync(
            session => FindRetained(session, id) is { } record ? Open(session, record.Info.Key, record, options) : null,
            cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        var image = KeyBytes.Of(key);
        return await IsRetainedAsync("restoring a version of", id, key, cancellationToken).ConfigureAwait(false)
            && await TranslateAsync("restoring a version of", key, _store.CommitAsync(session => Restore(session, id, key, image, replaces), cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> DropAsync(string id, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        return await IsRetainedAsync("dropping a retained version", id, null, cancellationToken).ConfigureAwait(false)
            && await TranslateAsync("dropping a retained version", null, _store.CommitAsync(session => Drop(session, id), cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckLimit(limit);
        return await TranslateAsync("listing retained versions", null, _store.ReadAsync<IReadOnlyList<string>>(
            session => session is null ? [] : RetainedTable.List(session, after, limit),
            cancellationToken)).ConfigureAwait(false);
    }

    private static StoredRecord? FindRetained(LiteSession? session, string id) => session is not null && RetainedTable.Find(session, id) is { } retained ? RetainedTable.RecordOf(retained) : null;

    // A version that is not retained needs no commit.
    private Task<bool> IsRetainedAsync(string operation, string id, ImageKey? key, CancellationToken cancellationToken) =>
        TranslateAsync(operation, key, _store.ReadAsync(session => session is not null && RetainedTable.Find(session, id) is not null, cancellationToken));

    private static bool Retain(LiteSession session, string id, ImageKey key, byte[] image, ImageETag version)
    {
        if (ImageTable.Find(session, image) is not { } document || ImageTable.RecordOf(document).Info.ETag != version)
        {
            return false;
        }

        if (FindRetained(session, id) is { } retained)
        {
            return retained.Info.Key == key && retained.Info.ETag == version ? true : throw ProviderErrors.OtherRetained(key, ProviderName);
        }

        session.MayRetain = true;
        session.InTransaction(() => session.Insert(StoreLayout.Retained, RetainedTable.Retain(id, document)));
        ReadBackRetained(session, id, version);
        return true;
    }

    private bool Restore(LiteSession session, string id, ImageKey key, byte[] image, ImageETag? replaces)
    {
        if (RetainedTable.Find(session, id) is not { } retained || RetainedTable.RecordOf(retained) is not { } record || record.Info.Key != key)
        {
            return false;
        }

        var replaced = ImageTable.Find(session, image);
        var existing = replaced is null ? null : ImageTable.RecordOf(replaced);
        if (existing?.Info.ETag != record.Info.ETag)
        {
            Check(key, replaces is { } expected ? new IfMatch(expected) : IfNoneMatch.Any, existing?.Info);
        }

        var leavesTrash = false;
        session.InTransaction(() =>
        {
            // The bytes of the record as they are: a newer version of the library may have written them.
            session.Upsert(StoreLayout.Images, ImageTable.DocumentOf(image, record, retained[StoreLayout.Record].AsBinary));
            leavesTrash = replaced is not null && existing!.Version != record.Version && ImageTable.DropChunks(session, _store.Pins, replaced);
        });
        ReadBack(session, image, record.Info.ETag);
        Count(image, replaced is not null, existing?.Info, record.Info);
        if (leavesTrash)
        {
            _store.RequestSweep();
        }

        return true;
    }

    private bool Drop(LiteSession session, string id)
    {
        if (RetainedTable.Find(session, id) is not { } retained)
        {
            return false;
        }

        var isLastUse = RetainedTable.IsLastUse(session, retained);
        var leavesTrash = false;
        session.InTransaction(() =>
        {
            session.Delete(StoreLayout.Retained, retained[StoreLayout.Id]);
            leavesTrash = isLastUse && ImageTable.RemoveChunks(session, _store.Pins, retained[StoreLayout.Version].AsInt64, retained[StoreLayout.ChunkCount].AsInt32);
        });
        ReadBackRetained(session, id, null);
        if (leavesTrash)
        {
            _store.RequestSweep();
        }

        return true;
    }

    private static void ReadBackRetained(LiteSession session, string id, ImageETag? expected)
    {
        if (FindRetained(session, id)?.Info.ETag != expected)
        {
            throw new DamagedFileException("LiteDB reported a commit that is missing");
        }
    }
}
