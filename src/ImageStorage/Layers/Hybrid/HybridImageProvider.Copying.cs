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
        if (!await _pairing.EnsureForReadingAsync(cancellationToken).ConfigureAwait(false))
        {
            throw ProviderErrors.Conflict(request.Source, Name, null);
        }

        await _pairing.EnsureForWritingAsync(cancellationToken).ConfigureAwait(false);
        _schedule.StartIfDue();
        var record = await _catalog.GetInfoAsync(request.Source, cancellationToken).ConfigureAwait(false);
        if (record is null || record.ETag != request.SourceETag)
        {
            throw ProviderErrors.Conflict(request.Source, Name, record?.ETag);
        }

        ImageCopies.CheckMetadata(record, request, Capabilities.MaxMetadataBytes);
        return ContentReference.In(record.Encoding) is { } reference ? await CopyExternalAsync(request, record, reference, cancellationToken).ConfigureAwait(false)
            : await CopyInlineAsync(request, cancellationToken).ConfigureAwait(false);
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

    private async Task<ImageInfo> CopyExternalAsync(CopyRequest request, ImageInfo record, ContentReference reference, CancellationToken cancellationToken)
    {
        var replaced = await FindReplacedAsync(request.Target, cancellationToken).ConfigureAwait(false);
        CheckPrecondition(request.Target, request.Precondition, replaced);
        var copy = new ContentReference(ContentReference.NewId(), reference.Length);
        var stored = await _content.CopyAsync(copy.Id, reference, request, cancellationToken).ConfigureAwait(false)
            ?? throw await ExplainMissingAsync(request, reference, cancellationToken).ConfigureAwait(false);
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

    /// <summary>
    /// Returns why the content of the source is missing: another writer has replaced the source, or the content is lost.
    /// </summary>
    private async Task<ImageStorageException> ExplainMissingAsync(CopyRequest request, ContentReference reference, CancellationToken cancellationToken)
    {
        var current = await _catalog.GetInfoAsync(request.Source, cancellationToken).ConfigureAwait(false);
        if (current?.ETag != request.SourceETag)
        {
            return ProviderErrors.Conflict(request.Source, Name, current?.ETag);
        }

        await _pairing.ConfirmContentAsync(cancellationToken).ConfigureAwait(false);
        return HybridErrors.Lost(request.Source, reference);
    }
}
