using ImageStorage.Hybrid;

namespace ImageStorage.Providers;

/// <content>
/// A retained version of a large image has two parts under one id: the content store retains the content, then the
/// catalog retains the record, which is the commit. A restore stores the content under a new id, and then commits the
/// record like a save: an id never has a record again after its record is replaced, so content can always be deleted
/// without a question. See docs/design/hybrid.md.
/// </content>
public sealed partial class HybridImageProvider : IVersionKeeper
{
    private IVersionKeeper? CatalogKeeper => _catalog.GetAbility<IVersionKeeper>();

    private bool RetainsVersions => CatalogKeeper is not null && _content.Keeper is not null;

    /// <inheritdoc/>
    public async Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RetainedVersionRules.CheckId(id);
        var keeper = CatalogKeeper!;
        ContentReference? missing = null;
        while (true)
        {
            var record = await _catalog.GetInfoAsync(key, cancellationToken).ConfigureAwait(false);
            if (record is null || record.ETag != version)
            {
                return false;
            }

            await _pairing.EnsureForWritingAsync(cancellationToken).ConfigureAwait(false);
            if (ContentReference.In(record.Encoding) is not { } reference)
            {
                return await keeper.RetainAsync(id, key, version, cancellationToken).ConfigureAwait(false);
            }

            // After a restore, the content of the same version has another id.
            var retained = await keeper.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false);
            if (retained is not null && (retained.Key != key || retained.ETag != version))
            {
                throw ProviderErrors.OtherRetained(key, Name);
            }

            // The content stays if the catalog answers no: an earlier attempt may have committed the record, or may still
            // commit it. The owner drops the id.
            if (retained is not null || await _content.RetainAsync(id, key, reference, cancellationToken).ConfigureAwait(false))
            {
                if (retained is null && !await keeper.RetainAsync(id, key, version, cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }

                if (await _content.HasRetainedAsync(id, cancellationToken).ConfigureAwait(false))
                {
                    return true;
                }

                // The owner dropped the id between the two parts. A record without content must not stay.
                await keeper.DropAsync(id, cancellationToken).ConfigureAwait(false);
                continue;
            }

            // As in a read: content is deleted only after its record was replaced.
            if (missing == reference)
            {
                await _pairing.ConfirmContentAsync(cancellationToken).ConfigureAwait(false);
                throw HybridErrors.Lost(key, reference);
            }

            missing = reference;
        }
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> GetRetainedAsync(string id, CancellationToken cancellationToken = default) =>
        await CatalogKeeper!.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false) is { } record ? ContentReference.Strip(record) : null;

    /// <inheritdoc/>
    public async Task<StoredImage?> OpenRetainedAsync(string id, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        var record = await CatalogKeeper!.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false);
        if (record is null)
        {
            return null;
        }

        if (options?.IfMatch is { } expected && expected != record.ETag)
        {
            throw ProviderErrors.Conflict(record.Key, Name, record.ETag);
        }

        if (ContentReference.In(record.Encoding) is { } reference)
        {
            _ = options?.Range?.Resolve(record.Key, reference.Length);
            return await OpenRetainedContentAsync(id, record, reference, options, cancellationToken).ConfigureAwait(false) is { } content
                ? new StoredImage(ContentReference.Strip(record), new HybridStream(content.Content, record.Key, ofContent: true), content.Range)
                : null;
        }

        return await CatalogKeeper!.OpenRetainedAsync(id, options, cancellationToken).ConfigureAwait(false) is { } inline
            ? new StoredImage(inline.Info, new HybridStream(inline.Content, record.Key, ofContent: false), inline.Range)
            : null;
    }

    /// <inheritdoc/>
    public async Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RetainedVersionRules.CheckId(id);
        var record = await CatalogKeeper!.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false);
        if (record is null || record.Key != key)
        {
            return false;
        }

        await _pairing.EnsureForWritingAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            // An earlier attempt may have restored the version, and its answer was lost. Restored again, it is durable.
            var replaced = await FindReplacedAsync(key, cancellationToken).ConfigureAwait(false);
            var isRestored = replaced.Record?.ETag == record.ETag;
            try
            {
                return await RestoreAsync(id, record, isRestored ? record.ETag : replaces, replaced, cancellationToken).ConfigureAwait(false);
            }
            catch (ImageConflictException exception) when (!isRestored && exception.CurrentETag == record.ETag)
            {
                // The earlier attempt has ended since.
            }
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DropAsync(string id, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RetainedVersionRules.CheckId(id);
        var keeper = CatalogKeeper!;
        if (!await _pairing.EnsureForReadingAsync(cancellationToken).ConfigureAwait(false))
        {
            return await keeper.DropAsync(id, cancellationToken).ConfigureAwait(false);
        }

        var mayHaveContent = true;
        try
        {
            mayHaveContent = await keeper.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false) is not { } record || ContentReference.In(record.Encoding) is not null;
        }
        catch (Exception exception) when (exception is ImageCorruptedException or StorageNotSupportedException)
        {
            // The record does not say whether there is content.
        }

        // The record first: content without a record is still listed under the id, and is dropped by a second call.
        var isDropped = await keeper.DropAsync(id, cancellationToken).ConfigureAwait(false);
        if (!mayHaveContent)
        {
            return isDropped;
        }

        isDropped |= await _content.DropAsync(id, cancellationToken).ConfigureAwait(false);

        // A retention that was overtaken may have added its record in between: a record without content must not stay. If
        // it adds the record only now, it misses the content.
        return await keeper.DropAsync(id, cancellationToken).ConfigureAwait(false) || isDropped;
    }

    /// <inheritdoc/>
    /// <remarks>Lists also ids of which only the content is retained, because a process ended between the two parts.
    /// Such an id has no record; drop it.</remarks>
    public async Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RetainedVersionRules.CheckLimit(limit);
        var ids = await CatalogKeeper!.ListRetainedAsync(after, limit, cancellationToken).ConfigureAwait(false);
        if (!await _pairing.EnsureForReadingAsync(cancellationToken).ConfigureAwait(false))
        {
            return ids;
        }

        var ofContent = await _content.ListRetainedAsync(after, limit, cancellationToken).ConfigureAwait(false);
        return [.. ids.Union(ofContent, StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(limit)];
    }

    private async Task<bool> RestoreAsync(string id, ImageInfo record, ImageETag? replaces, ReplacedVersion replaced, CancellationToken cancellationToken)
    {
        Precondition precondition = replaces is { } expected ? new IfMatch(expected) : IfNoneMatch.Any;
        CheckPrecondition(record.Key, precondition, replaced);
        ContentReference? restored = null;
        if (ContentReference.In(record.Encoding) is not { } reference)
        {
            if (!await CatalogKeeper!.RestoreAsync(id, record.Key, replaces, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }
        else if ((restored = await RestoreContentAsync(id, record, reference, precondition, cancellationToken).ConfigureAwait(false)) is null)
        {
            return false;
        }

        if (replaced.Reference is { } old && old != restored)
        {
            await _content.TryDeleteAsync(old, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Opens the content of a retained version; null if the version was dropped in the meantime.</summary>
    private async Task<StoredImage?> OpenRetainedContentAsync(string id, ImageInfo record, ContentReference reference, GetOptions? options, CancellationToken cancellationToken)
    {
        await _pairing.EnsureForReadingAsync(cancellationToken).ConfigureAwait(false);
        if (await _content.OpenRetainedAsync(record.Key, id, options, cancellationToken).ConfigureAwait(false) is not { } content)
        {
            if (await CatalogKeeper!.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false) is null)
            {
                return null;
            }

            await _pairing.ConfirmContentAsync(cancellationToken).ConfigureAwait(false);
            throw HybridErrors.Lost(record.Key, reference);
        }

        if (content.Info.Digest.IsOfSameBytes(record.Digest))
        {
            return content;
        }

        await content.DisposeAsync().ConfigureAwait(false);
        throw HybridErrors.Damaged(record.Key, $"the bytes that are retained as '{id}' in the content store do not match the record");
    }

    /// <summary>
    /// Stores the content of a retained version under a new id, and commits the exact record of the version with a
    /// reference to this content. Returns null if the version was dropped in the meantime.
    /// </summary>
    private async Task<ContentReference?> RestoreContentAsync(string id, ImageInfo record, ContentReference reference, Precondition precondition, CancellationToken cancellationToken)
    {
        if (await OpenRetainedContentAsync(id, record, reference, null, cancellationToken).ConfigureAwait(false) is not { } image)
        {
            return null;
        }

        var content = new StoredContent(image) { Digest = record.Digest };
        await using (content.ConfigureAwait(false))
        {
            var contentId = ContentReference.NewId();
            var request = PutRequest.CopyOf(ContentReference.Strip(record), content) with { Precondition = precondition, CreatedAt = record.CreatedAt, ModifiedAt = record.ModifiedAt, NewETag = record.ETag };
            var stored = await PutRetainedAsync(contentId, request, cancellationToken).ConfigureAwait(false);
            var storedAt = _timeProvider.GetTimestamp();
            var restored = new ContentReference(contentId, stored.Encoding?.StoredLength ?? stored.Length);
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                CheckNotLate(record.Key, stored, storedAt);
                request = RecordOf(request, record.Digest, restored, null);
            }
            catch
            {
                // The catalog was never called, so no record can refer to the content.
                await _content.TryDeleteAsync(restored, CancellationToken.None).ConfigureAwait(false);
                throw;
            }

            await CommitAsync(request, restored, null, cancellationToken).ConfigureAwait(false);
            return restored;
        }
    }

    private async Task<ImageInfo> PutRetainedAsync(string contentId, PutRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await _content.PutAsync(contentId, request, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageSourceException exception) when (exception.InnerException is ImageStorageException failure)
        {
            // The source is a version in the same store, so its failure is a failure of the store.
            throw HybridErrors.FromContent(failure, request.Key);
        }
    }
}
