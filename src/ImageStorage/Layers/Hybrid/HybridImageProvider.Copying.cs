using ImageStorage.Hybrid;

namespace ImageStorage.Providers;

/// <content>
/// A small image is copied by the catalog. The content of a large image is first copied by the content store to a new
/// id, and then committed like that of a save: by a record in the catalog.
/// </content>
public sealed partial class HybridImageProvider : ICopyProvider
{
    /// <inheritdoc/>
    public async Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        ContentReference? missing = null;
        while (true)
        {
            var record = await _catalog.GetInfoAsync(request.Source, cancellationToken).ConfigureAwait(false);
            if (record is null || record.ETag != request.SourceETag)
            {
                throw ProviderErrors.Conflict(request.Source, Name, record?.ETag);
            }

            await _pairing.EnsureForWritingAsync(cancellationToken).ConfigureAwait(false);
            _schedule.StartIfDue();
            ImageCopies.CheckMetadata(record, request, Capabilities.MaxMetadataBytes);
            if (ContentReference.In(record.Encoding) is not { } reference)
            {
                return await CopyInlineAsync(request, cancellationToken).ConfigureAwait(false);
            }

            if (await TryCopyExternalAsync(request, record, reference, cancellationToken).ConfigureAwait(false) is { } copy)
            {
                return copy;
            }

            // As in a read: content is deleted only after its record was replaced, and a restored version has other content.
            if (missing == reference)
            {
                await _pairing.ConfirmContentAsync(cancellationToken).ConfigureAwait(false);
                throw HybridErrors.Lost(request.Source, reference);
            }

            missing = reference;
        }
    }

    private async Task<ImageInfo> CopyInlineAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        var replaced = request.Precondition is IfNoneMatch ? default : await FindReplacedAsync(request.Target, cancellationToken).ConfigureAwait(false);
        var info = await _catalog.CopyAsync(request, cancellationToken).ConfigureAwait(false);
        if (replaced.Reference is { } old)
        {
            await _content.TryDeleteAsync(old, cancellationToken).ConfigureAwait(false);
        }

        return info;
    }

    /// <summary>Copies a large image; returns null if the content of the source is missing.</summary>
    private async Task<ImageInfo?> TryCopyExternalAsync(CopyRequest request, ImageInfo record, ContentReference reference, CancellationToken cancellationToken)
    {
        var replaced = await FindReplacedAsync(request.Target, cancellationToken).ConfigureAwait(false);
        CheckPrecondition(request.Target, request.Precondition, replaced);
        var copy = new ContentReference(ContentReference.NewId(), reference.Length);
        if (await _content.CopyAsync(copy.Id, reference, request, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return null;
        }

        var storedAt = _timeProvider.GetTimestamp();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            CheckNotLate(request.Target, stored, storedAt);
            if (!stored.Digest.IsOfSameBytes(record.Digest))
            {
                throw HybridErrors.Damaged(request.Source, $"the bytes of '{reference.Key}' in the content store do not match the record");
            }
        }
        catch
        {
            // The catalog was never called, so no record can refer to the content.
            await _content.TryDeleteAsync(copy, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        var put = ImageCopies.RequestOf(ContentReference.Strip(record), new ReferencedContent(record.Digest), request);
        var saved = await CommitAsync(RecordOf(put, record.Digest, copy, null), copy, null, cancellationToken).ConfigureAwait(false);
        if (replaced.Reference is { } old && old != copy)
        {
            await _content.TryDeleteAsync(old, cancellationToken).ConfigureAwait(false);
        }

        return ContentReference.Strip(saved);
    }
}
