using Azure;
using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Index;
using ImageStorage.AzureBlob.Payloads;
using ImageStorage.AzureBlob.Records;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob;

/// <summary>
/// The commit of one save: a compare-and-swap on the image blob, first on the assumption that there is no image. After
/// a refusal, the record is read: the refused request may be the repetition of a request that took effect.
/// </summary>
internal sealed class ImageCommit(AzureBlobImageProvider provider, BlobStore store, CreatedIndex index, PayloadSweeper sweeper, AzureBlobStorageOptions options)
{
    private IndexEntry? _added;

    /// <summary>Commits the save.</summary>
    /// <param name="request">The save, with its new ETag.</param>
    /// <param name="upload">The bytes.</param>
    /// <param name="digest">The digest of the bytes.</param>
    /// <param name="existing">The existing version, if known; null to assume that there is no image.</param>
    /// <param name="cancellationToken">
    /// Cancels the call between two requests, never during a request, so that a cancelled save has changed nothing.
    /// </param>
    /// <returns>The record of the saved image.</returns>
    public async Task<ImageInfo> RunAsync(PutRequest request, ContentUpload upload, ContentDigest digest, ImageVersion? existing, CancellationToken cancellationToken)
    {
        if (upload.Payload is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await upload.CommitPayloadAsync().ConfigureAwait(false);
        }

        var isKnown = false;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var record = RecordOf(request, upload, digest, existing?.Record);
                isKnown = false;
                if (await TryPutAsync(request, record, upload.Body, existing).ConfigureAwait(false))
                {
                    await TidyAsync(existing?.Record, record).ConfigureAwait(false);
                    return record.Info;
                }

                existing = await provider.FindAsync(request.Key, CancellationToken.None).ConfigureAwait(false);
                isKnown = true;
                if (existing?.Record is { } found && found.Info.ETag == request.NewETag)
                {
                    // The first attempt took effect, and its response was lost.
                    await TidyAsync(null, found).ConfigureAwait(false);
                    return found.Info;
                }

                AzureBlobImageProvider.Check(request.Key, request.Precondition, existing);
            }
        }
        catch (Exception exception) when (_added is not null && exception is ImageStorage.ImageConflictException or ImageStorage.ImageValidationException or ImageStorage.StorageNotSupportedException or OperationCanceledException)
        {
            // The image may have the entry: an attempt took effect, its response was lost, and another writer has
            // changed the record. An entry without an image is harmless, so the entry stays while the image is unknown.
            if (isKnown && HasOtherEntry(existing))
            {
                await provider.TryRemoveAsync(_added!.Value).ConfigureAwait(false);
            }

            throw;
        }
    }

    // A damaged record may name any entry.
    private bool HasOtherEntry(ImageVersion? image) => image is null || (image.Record is { } record && AzureBlobImageProvider.EntryOf(record) != _added);

    private ImageRecord RecordOf(PutRequest request, ContentUpload upload, ContentDigest digest, ImageRecord? existing)
    {
        var info = provider.InfoOf(request, upload.Length, digest, existing);
        return new ImageRecord
        {
            Info = info,
            StoredLength = upload.Length,
            StoredHash = upload.Hash,
            Payload = upload.Payload,
            EntryId = existing?.Info.CreatedAt == info.CreatedAt ? existing.EntryId
                : _added is { } added && added.CreatedAt == info.CreatedAt ? added.Id
                : (ulong)Random.Shared.NextInt64(),
        };
    }

    /// <summary>Puts the image blob.</summary>
    /// <returns>
    /// <see langword="false"/> when the blob is not in the expected version, and nothing was changed.
    /// </returns>
    private async Task<bool> TryPutAsync(PutRequest request, ImageRecord record, Stream body, ImageVersion? existing)
    {
        var metadata = RecordEnvelope.Encode(record);
        var entry = AzureBlobImageProvider.EntryOf(record);
        var needsEntry = entry != _added && existing?.Record?.EntryId != record.EntryId;
        if (existing is not null)
        {
            if (existing.Record?.Payload is { } replaced)
            {
                await sweeper.AddEntryAsync(replaced, request.Key).ConfigureAwait(false);
            }

            if (needsEntry)
            {
                await AddAsync(entry).ConfigureAwait(false);
            }

            return await PutAsync(request, record, metadata, body, existing.ETag).ConfigureAwait(false) is not null;
        }

        if (!needsEntry)
        {
            return await PutAsync(request, record, metadata, body, null).ConfigureAwait(false) is not null;
        }

        // No caller expects a new image yet, so its entry may be written at the same time.
        var adding = AddAsync(entry);
        ETag? put;
        try
        {
            put = await PutAsync(request, record, metadata, body, null).ConfigureAwait(false);
        }
        catch
        {
            await adding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        try
        {
            await adding.ConfigureAwait(false);
        }
        catch when (put is { } version)
        {
            await UndoAsync(request.Key, version).ConfigureAwait(false);
            throw;
        }

        return put is not null;
    }

    private async Task AddAsync(IndexEntry entry)
    {
        await index.AddAsync(entry).ConfigureAwait(false);
        _added = entry;
    }

    private async Task<ETag?> PutAsync(PutRequest request, ImageRecord record, string metadata, Stream body, ETag? expected)
    {
        var upload = new BlobUploadOptions
        {
            Conditions = expected is { } version ? new BlobRequestConditions { IfMatch = version } : new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = record.Info.ContentType },
            Metadata = new Dictionary<string, string> { [RecordEnvelope.Name] = metadata },
            AccessTier = record.Payload is null ? options.AccessTier : null,
            TransferValidation = BlobStore.Checked,
        };
        try
        {
            var blob = store.Blob(store.Layout.OfImage(record.Info.Key));
            var response = await store.WriteAsync(SendAsync).ConfigureAwait(false);
            return response.Value.ETag;

            // A method of its own, so that the limit ends with the request.
            async Task<Response<BlobContentInfo>> SendAsync()
            {
                if (request.CommitsOnce)
                {
                    AttemptCounter.Start(limit: 1);
                }

                return await blob.UploadAsync(Rewound(body), upload, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (RequestFailedException exception) when (exception.IsConditionNotMet() || (expected is not null && exception.IsBlobMissing()))
        {
            return null;
        }
    }

    private static Stream Rewound(Stream body)
    {
        body.Position = 0;
        return body;
    }

    // An image without an entry must not stay: a failed save changes nothing.
    private async Task UndoAsync(ImageKey key, ETag version)
    {
        try
        {
            await store.Blob(store.Layout.OfImage(key)).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, new BlobRequestConditions { IfMatch = version }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (exception.IsConditionNotMet() || exception.IsBlobMissing())
        {
            // Another writer has replaced or deleted the image meanwhile.
        }
    }

    /// <summary>Removes unused index entries and sweeps. A failure does not fail the save.</summary>
    private async Task TidyAsync(ImageRecord? replaced, ImageRecord saved)
    {
        var entry = AzureBlobImageProvider.EntryOf(saved);
        if (_added is { } added && added != entry)
        {
            await provider.TryRemoveAsync(added).ConfigureAwait(false);
        }

        if (replaced is not null && AzureBlobImageProvider.EntryOf(replaced) is var old && old != entry && old != _added)
        {
            await provider.TryRemoveAsync(old).ConfigureAwait(false);
        }

        if (saved.Payload is not null || replaced?.Payload is not null)
        {
            await sweeper.SweepIfDueAsync().ConfigureAwait(false);
        }
    }
}
