using Azure;
using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Payloads;
using ImageStorage.AzureBlob.Records;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob;

public sealed partial class AzureBlobImageProvider
{
    /// <inheritdoc/>
    public async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        _store.Begin(cancellationToken);
        _ = _store.Layout.OfImage(request.Key);
        var isInCallback = false;
        try
        {
            ImageVersion? existing = null;
            if (request.Precondition is IfMatch)
            {
                existing = await FindAsync(request.Key, cancellationToken).ConfigureAwait(false);
                Check(request.Key, request.Precondition, existing);
            }

            using var upload = new ContentUpload(_store, _sweeper, _options, request.Key);
            await upload.ReadAsync(request.Content, cancellationToken).ConfigureAwait(false);
            var digest = await request.Content.GetDigestAsync().ConfigureAwait(false);
            request = request with { NewETag = request.NewETag ?? ImageETagFactory.Create(digest) };
            var info = InfoOf(request, upload.Length, digest, existing?.Record);
            if (request.BeforeCommit is { } beforeCommit)
            {
                isInCallback = true;
                await beforeCommit(info, cancellationToken).ConfigureAwait(false);
                isInCallback = false;
            }

            var commit = new ImageCommit(this, _store, _index, _sweeper, _options);
            return await commit.RunAsync(request, upload, digest, existing, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!isInCallback && AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "saving", request.Key);
        }
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        _store.Begin(cancellationToken);
        var blob = _store.Blob(_store.Layout.OfImage(key));
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var response = await _store.ReadAsync(() => blob.GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
                var existing = response is null ? null : new ImageVersion(RecordEnvelope.Decode(key, response.Value.Metadata), response.Value.ETag, response.Value.Metadata);
                Check(key, update.Precondition, existing);
                if (existing?.Record is not { } record)
                {
                    return null;
                }

                var info = update.ApplyTo(record.Info, NowAfter(record.Info), ImageETagFactory.Create(record.Info.Digest));
                MetadataLimit.Check(info, Capabilities.MaxMetadataBytes);
                cancellationToken.ThrowIfCancellationRequested();
                if (await TrySetRecordAsync(record with { Info = info }, existing.ETag).ConfigureAwait(false))
                {
                    return info;
                }
            }
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "updating", key);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        _store.Begin(cancellationToken);
        try
        {
            while (true)
            {
                var existing = await FindAsync(key, cancellationToken).ConfigureAwait(false);
                Check(key, options?.Precondition, existing);
                if (existing is null)
                {
                    return false;
                }

                if (existing.Record?.Payload is { } payload)
                {
                    await _sweeper.AddEntryAsync(payload, key).ConfigureAwait(false);
                }

                cancellationToken.ThrowIfCancellationRequested();
                if (await TryDeleteAsync(key, existing.ETag).ConfigureAwait(false))
                {
                    await TidyAsync(existing.Record).ConfigureAwait(false);
                    return true;
                }
            }
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "deleting", key);
        }
    }

    /// <summary>Returns the record of a save whose request names the ETag.</summary>
    internal ImageInfo InfoOf(PutRequest request, long storedLength, ContentDigest digest, ImageRecord? existing)
    {
        var now = NowAfter(existing?.Info);
        return request.ToInfo(digest, storedLength, request.CreatedAt?.ToUniversalTime() ?? existing?.Info.CreatedAt ?? now, now, request.NewETag!.Value);
    }

    /// <summary>Replaces the record, and writes the index entry again in case it was lost.</summary>
    /// <returns><see langword="false"/> when the image is in another version.</returns>
    private async Task<bool> TrySetRecordAsync(ImageRecord record, ETag expected)
    {
        var key = record.Info.Key;
        var metadata = new Dictionary<string, string> { [RecordEnvelope.Name] = RecordEnvelope.Encode(record) };
        var repair = _index.AddAsync(EntryOf(record));
        try
        {
            var blob = _store.Blob(_store.Layout.OfImage(key));
            await blob.SetMetadataAsync(metadata, new BlobRequestConditions { IfMatch = expected }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (exception.IsConditionNotMet() || exception.IsBlobMissing())
        {
            var current = await FindAsync(key, CancellationToken.None).ConfigureAwait(false);
            if (current?.Record?.Info.ETag == record.Info.ETag)
            {
                // The first attempt took effect, and its response was lost.
                return true;
            }

            if (current?.Record?.EntryId != record.EntryId)
            {
                await repair.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await TryRemoveAsync(EntryOf(record)).ConfigureAwait(false);
            }

            return false;
        }
        finally
        {
            // The entry usually exists already, so a failure does not matter.
            await repair.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return true;
    }

    private async Task<bool> TryDeleteAsync(ImageKey key, ETag expected)
    {
        var attempts = AttemptCounter.Start();
        try
        {
            var blob = _store.Blob(_store.Layout.OfImage(key));
            await blob.DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, new BlobRequestConditions { IfMatch = expected }, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (exception.IsBlobMissing() || exception.IsConditionNotMet())
        {
            // After a repeated request, the first attempt has most likely deleted the image, with a lost response.
            return attempts.WasRepeated && await FindAsync(key, CancellationToken.None).ConfigureAwait(false) is null;
        }
    }

    /// <summary>Removes the index entry of a deleted image and sweeps. A failure does not fail the delete.</summary>
    private async Task TidyAsync(ImageRecord? deleted)
    {
        if (deleted is null)
        {
            return;
        }

        await TryRemoveAsync(EntryOf(deleted)).ConfigureAwait(false);
        if (deleted.Payload is not null)
        {
            await _sweeper.SweepIfDueAsync().ConfigureAwait(false);
        }
    }
}
