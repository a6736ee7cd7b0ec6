using Azure;
using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Records;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob;

/// <content>
/// Retained versions are copies of image blobs, including the record, made by the service. The payload of a large image
/// is not copied; the sweep spares a payload that a retained version names.
/// </content>
public sealed partial class AzureBlobImageProvider : IVersionKeeper
{
    /// <inheritdoc/>
    public async Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        RetainedVersionRules.CheckId(id);
        try
        {
            if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is not { Record: { } record } found || record.Info.ETag != version)
            {
                return false;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (await TryCopyAsync(_store.Layout.OfImage(key), found.ETag, _store.Layout.OfRetained(id), null, RetainedKey.AddTo(found.Metadata, key)).ConfigureAwait(false) is { } isCopied)
            {
                return isCopied;
            }

            // A version is retained under the id, by an earlier attempt or by a misuse.
            return (await FindRetainedAsync(id, key, cancellationToken).ConfigureAwait(false))?.Record?.Info.ETag == version
                ? true
                : throw ProviderErrors.OtherRetained(key, ProviderName);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "retaining a version", key);
        }
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> GetRetainedAsync(string id, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        RetainedVersionRules.CheckId(id);
        try
        {
            var response = await _store.ReadAsync(() => _store.Blob(_store.Layout.OfRetained(id)).GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
            return response?.Value.Metadata is { } metadata ? RecordEnvelope.Decode(RetainedKey.In(id, metadata), metadata).Info : null;
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "reading a retained version", null);
        }
    }

    /// <inheritdoc/>
    public async Task<StoredImage?> OpenRetainedAsync(string id, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        RetainedVersionRules.CheckId(id);
        try
        {
            // A retained version never changes, so the second attempt finds the same version, or none.
            for (var attempt = 1; ; attempt++)
            {
                var response = await _store.ReadAsync(() => _store.Blob(_store.Layout.OfRetained(id)).DownloadStreamingAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
                if (response is null)
                {
                    return null;
                }

                var key = RetainedKey.In(id, response.Value.Details.Metadata);
                if (await OpenAsync(key, options, response.Value, cancellationToken).ConfigureAwait(false) is { } image)
                {
                    return image;
                }

                if (attempt > 1)
                {
                    throw RecordEnvelope.Missing(key, "the payload of a retained version is missing");
                }
            }
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "reading a retained version", null);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        RetainedVersionRules.CheckId(id);
        try
        {
            if (await FindRetainedAsync(id, key, cancellationToken).ConfigureAwait(false) is not { Record: { } record } retained)
            {
                return false;
            }

            // A listing must never miss a visible image, so the entry is written first.
            await _index.AddAsync(EntryOf(record)).ConfigureAwait(false);
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var current = await FindAsync(key, cancellationToken).ConfigureAwait(false);
                if (current?.Record?.Info.ETag == record.Info.ETag && replaces != record.Info.ETag)
                {
                    // An earlier attempt has restored the version, and its response was lost.
                    return true;
                }

                Check(key, replaces is { } expected ? new IfMatch(expected) : IfNoneMatch.Any, current);
                if (current?.Record?.Payload is { } replaced)
                {
                    await _sweeper.AddEntryAsync(replaced, key).ConfigureAwait(false);
                }

                if (await TryCopyAsync(_store.Layout.OfRetained(id), retained.ETag, _store.Layout.OfImage(key), current?.ETag, RetainedKey.RemoveFrom(retained.Metadata)).ConfigureAwait(false) is { } isCopied)
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
        RetainedVersionRules.CheckId(id);
        try
        {
            var response = await _store.ReadAsync(() => _store.Blob(_store.Layout.OfRetained(id)).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, null, CancellationToken.None)).ConfigureAwait(false);
            return response is not null;
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "dropping a retained version", null);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        RetainedVersionRules.CheckLimit(limit);
        try
        {
            var ids = new List<string>();
            await foreach (var page in _store.ListAsync(_store.Layout.Retained, after is null ? null : _store.Layout.OfRetained(after), limit + 1, cancellationToken).ConfigureAwait(false))
            {
                foreach (var id in page.Values.Select(blob => blob.Name[_store.Layout.Retained.Length..]).Where(id => RetainedVersionRules.IsId(id) && string.CompareOrdinal(id, after) > 0))
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
            throw AzureErrors.Translate(exception, "listing retained versions", null);
        }
    }

    /// <summary>Returns a retained version of an image; null when the id does not exist.</summary>
    private async Task<ImageVersion?> FindRetainedAsync(string id, ImageKey key, CancellationToken cancellationToken)
    {
        var response = await _store.ReadAsync(() => _store.Blob(_store.Layout.OfRetained(id)).GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        return response is null ? null : new ImageVersion(RecordEnvelope.Decode(key, response.Value.Metadata), response.Value.ETag, response.Value.Metadata);
    }

    /// <summary>
    /// Lets the service copy a blob, and waits for the copy. The copy has the metadata of the request.
    /// </summary>
    /// <returns>
    /// <see langword="true"/> when copied; <see langword="false"/> when the source is no longer in this version; null
    /// when the target is not in the expected version.
    /// </returns>
    private async Task<bool?> TryCopyAsync(string source, ETag version, string target, ETag? expected, Dictionary<string, string> metadata)
    {
        var options = new BlobCopyFromUriOptions
        {
            Metadata = metadata,
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
            // The source shows which of the two conditions failed.
            var response = await _store.ReadAsync(() => _store.Blob(source).GetPropertiesAsync(cancellationToken: CancellationToken.None)).ConfigureAwait(false);
            return response?.Value.ETag == version ? null : false;
        }
    }
}
