using Azure;
using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Records;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob;

/// <content>
/// Kept versions are copies of image blobs, record and all, made by the service in a folder of their own. The bytes of a large image are a payload of
/// their own already, which is not copied: the sweeper spares a payload that a kept version names.
/// </content>
public sealed partial class AzureBlobImageProvider : IVersionKeeper
{
    /// <inheritdoc/>
    public async Task<bool> KeepAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        KeptVersionRules.CheckId(id);
        try
        {
            if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is not { Record: { } record } found || record.Info.ETag != version)
            {
                return false;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (await TryCopyAsync(_store.Layout.OfImage(key), found.ETag, _store.Layout.OfKept(id), null).ConfigureAwait(false) is { } isCopied)
            {
                return isCopied;
            }

            // Something is kept under the id: what an attempt before this one has kept, or a misuse.
            return (await FindKeptAsync(id, key, cancellationToken).ConfigureAwait(false))?.Record?.Info.ETag == version
                ? true
                : throw new ImageConflictException($"Another version of image '{key}' is kept under the same id in {ProviderName}. Use each id once.") { Key = key, Provider = ProviderName };
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "keeping a version", key);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        KeptVersionRules.CheckId(id);
        try
        {
            if (await FindKeptAsync(id, key, cancellationToken).ConfigureAwait(false) is not { Record: { } record } kept)
            {
                return false;
            }

            // A listing must never miss a visible image, so the entry is there first.
            await _index.AddAsync(EntryOf(record)).ConfigureAwait(false);
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var current = await FindAsync(key, cancellationToken).ConfigureAwait(false);
                if (current?.Record?.Info.ETag == record.Info.ETag && replaces != record.Info.ETag)
                {
                    // An attempt before this one has put it back, and its answer was lost.
                    return true;
                }

                Check(key, replaces is { } expected ? new IfMatch(expected) : IfNoneMatch.Any, current);
                if (current?.Record?.Payload is { } replaced)
                {
                    await _sweeper.NoteAsync(replaced, key).ConfigureAwait(false);
                }

                if (await TryCopyAsync(_store.Layout.OfKept(id), kept.ETag, _store.Layout.OfImage(key), current?.ETag).ConfigureAwait(false) is { } isCopied)
                {
                    if (isCopied && current?.Record is { } old && EntryOf(old) != EntryOf(record))
                    {
                        await TryRemoveAsync(EntryOf(old)).ConfigureAwait(false);
                    }

                    return isCopied;
                }
            }
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "restoring a version", key);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DropAsync(string id, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        KeptVersionRules.CheckId(id);
        try
        {
            var response = await _store.ReadAsync(() => _store.Blob(_store.Layout.OfKept(id)).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, null, CancellationToken.None)).ConfigureAwait(false);
            return response is not null;
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "dropping a kept version", null);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListKeptAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        KeptVersionRules.CheckLimit(limit);
        try
        {
            var ids = new List<string>();
            await foreach (var page in _store.ListAsync(_store.Layout.Kept, after is null ? null : _store.Layout.OfKept(after), limit + 1, cancellationToken).ConfigureAwait(false))
            {
                foreach (var id in page.Values.Select(blob => blob.Name[_store.Layout.Kept.Length..]).Where(id => KeptVersionRules.IsId(id) && string.CompareOrdinal(id, after) > 0))
                {
                    ids.Add(id);
                    if (ids.Count == limit)
                    {
                        return ids;
                    }
                }
            }

            return ids;
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "listing kept versions", null);
        }
    }

    /// <summary>Looks at a kept version of an image; null when there is none under the id, or of another image.</summary>
    private async Task<ImageVersion?> FindKeptAsync(string id, ImageKey key, CancellationToken cancellationToken)
    {
        var response = await _store.ReadAsync(() => _store.Blob(_store.Layout.OfKept(id)).GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        return response is null ? null : new ImageVersion(RecordCodec.Decode(key, response.Value.Metadata), response.Value.ETag);
    }

    /// <summary>
    /// Has the service copy a blob with its metadata, and waits for it. False when the source is not there in this version any more; null when the target is not in
    /// the version that was believed.
    /// </summary>
    private async Task<bool?> TryCopyAsync(string source, ETag version, string target, ETag? expected)
    {
        var options = new BlobCopyFromUriOptions
        {
            SourceConditions = new BlobRequestConditions { IfMatch = version },
            DestinationConditions = expected is { } replaced ? new BlobRequestConditions { IfMatch = replaced } : new BlobRequestConditions { IfNoneMatch = ETag.All },
        };
        try
        {
            var copy = await _store.Blob(target).StartCopyFromUriAsync(_store.Blob(source).Uri, options, CancellationToken.None).ConfigureAwait(false);
            await copy.WaitForCompletionAsync(CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (exception.IsConditionNotMet() || exception.IsBlobMissing()
            || exception.ErrorCode == BlobErrorCode.SourceConditionNotMet || exception.ErrorCode == BlobErrorCode.TargetConditionNotMet)
        {
            // Which of the two it was, the source tells.
            var response = await _store.ReadAsync(() => _store.Blob(source).GetPropertiesAsync(cancellationToken: CancellationToken.None)).ConfigureAwait(false);
            return response?.Value.ETag == version ? null : false;
        }
    }
}
