using ImageStorage.Hybrid;

namespace ImageStorage.Providers;

public sealed partial class HybridImageProvider
{
    /// <inheritdoc/>
    public async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        ContentReference? missing = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (record, inline) = await (options?.Range is null ? OpenRecordAsync(key, options, cancellationToken) : OpenRecordForRangeAsync(key, options, cancellationToken)).ConfigureAwait(false);
            if (inline is not null)
            {
                return new StoredImage(inline.Info, new HybridStream(inline.Content, key, ofContent: false), inline.Range);
            }

            if (record is null)
            {
                return null;
            }

            if (ContentReference.In(record.Encoding) is not { } reference)
            {
                // The image became small between the two reads.
                continue;
            }

            if (await OpenContentAsync(key, record, reference, options, cancellationToken).ConfigureAwait(false) is { } image)
            {
                return image;
            }

            // Content is deleted only after its record. If the record is unchanged, the content is lost; otherwise a
            // newer version exists.
            if (missing == reference)
            {
                await _pairing.ConfirmContentAsync(cancellationToken).ConfigureAwait(false);
                throw HybridErrors.Lost(key, reference);
            }

            missing = reference;
        }
    }

    /// <summary>
    /// Returns the image if the catalog holds its bytes, otherwise its record, or neither if the image does not exist.
    /// </summary>
    private async Task<(ImageInfo? Record, StoredImage? Inline)> OpenRecordAsync(ImageKey key, GetOptions? options, CancellationToken cancellationToken)
    {
        var image = await _catalog.OpenReadAsync(key, options, cancellationToken).ConfigureAwait(false);
        if (image is null || ContentReference.In(image.Info.Encoding) is null)
        {
            return (null, image);
        }

        await image.DisposeAsync().ConfigureAwait(false);
        return (image.Info, null);
    }

    // The catalog cannot return a range of a record without bytes, so the record is read first.
    private async Task<(ImageInfo? Record, StoredImage? Inline)> OpenRecordForRangeAsync(ImageKey key, GetOptions options, CancellationToken cancellationToken)
    {
        var record = await _catalog.GetInfoAsync(key, cancellationToken).ConfigureAwait(false);
        if (options.IfMatch is { } expected && record?.ETag != expected)
        {
            throw ProviderErrors.Conflict(key, Name, record?.ETag);
        }

        if (record is null || ContentReference.In(record.Encoding) is not null)
        {
            return (record, null);
        }

        try
        {
            return (record, await _catalog.OpenReadAsync(key, options with { IfMatch = record.ETag }, cancellationToken).ConfigureAwait(false));
        }
        catch (ImageConflictException) when (options.IfMatch is null)
        {
            return (record, null);
        }
    }

    private async Task<StoredImage?> OpenContentAsync(ImageKey key, ImageInfo record, ContentReference reference, GetOptions? options, CancellationToken cancellationToken)
    {
        _ = options?.Range?.Resolve(key, reference.Length);
        await _pairing.EnsureForReadingAsync(cancellationToken).ConfigureAwait(false);
        var content = await _content.OpenAsync(key, reference, options, cancellationToken).ConfigureAwait(false);
        if (content is null)
        {
            return null;
        }

        if (content.Info.Digest.IsOfSameBytes(record.Digest))
        {
            return new StoredImage(ContentReference.Strip(record), new HybridStream(content.Content, key, ofContent: true), content.Range);
        }

        await content.DisposeAsync().ConfigureAwait(false);
        throw HybridErrors.Damaged(key, $"the bytes of '{reference.Key}' in the content store do not match the record");
    }
}
