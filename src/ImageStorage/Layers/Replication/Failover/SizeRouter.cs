using ImageStorage.Hybrid;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>
/// The primary, with room for images that are longer than it takes: their bytes go to a fallback, under a key that is never used again, and the record that
/// names them to the primary. That record is the commit, and the only judge of what there is: so listings, usage, preconditions, updates, deletes and overwrites
/// are the primary's, as for any other image.
/// </summary>
internal sealed class SizeRouter(IImageProvider inner, RoutedImages images, long mostBytes, TimeProvider clock) : DelegatingImageProvider(inner)
{
    /// <summary>Was it a fallback with bytes for the primary that could not be used, and not the primary?</summary>
    public static bool IsOfFallback(StorageUnavailableException failure) => failure.InnerException is RoutedFailure;

    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) => request.Content.Length switch
    {
        null => PutUnknownAsync(request, cancellationToken),
        { } length when length <= mostBytes => PutWholeAsync(request, cancellationToken),
        _ => PutRoutedAsync(request, cancellationToken),
    };

    public override async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        RoutedReference? missing = null;
        while (true)
        {
            // A record without bytes has no range: it is looked at first.
            var record = options?.Range is null ? null : await Inner.GetInfoAsync(key, cancellationToken).ConfigureAwait(false);
            if (RoutedReference.In(record) is null)
            {
                var image = await OpenWholeAsync(key, options, record, cancellationToken).ConfigureAwait(false);
                if (RoutedReference.In(image?.Info) is null)
                {
                    return image;
                }

                record = image!.Info;
                await image.DisposeAsync().ConfigureAwait(false);
            }
            else if (options?.IfMatch is { } expected && record!.ETag != expected)
            {
                throw ImageConflictException.For(key, Name, record.ETag);
            }

            var reference = RoutedReference.In(record)!.Value;
            if (await OpenRoutedAsync(key, record!, reference, options?.Range, cancellationToken).ConfigureAwait(false) is { } routed)
            {
                return routed;
            }

            // Bytes go only after the record that names them: when the record is still the same, they are lost, and else
            // somebody has replaced them, and there is a newer version to read.
            if (missing == reference)
            {
                throw new ImageCorruptedException($"Image '{key}' is damaged: its record on the primary {Name} says that a fallback has its bytes, and none has. Save it anew, or delete it.") { Key = key, Provider = Name };
            }

            missing = reference;
        }
    }

    public override async Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        await Inner.GetInfoAsync(key, cancellationToken).ConfigureAwait(false) is { } record ? RoutedReference.Strip(record) : null;

    public override async Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default) =>
        await Inner.UpdateAsync(key, update, cancellationToken).ConfigureAwait(false) is { } record ? RoutedReference.Strip(record) : null;

    public override async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        var page = await Inner.ListAsync(query, cancellationToken).ConfigureAwait(false);
        return page.Items.Any(info => RoutedReference.In(info) is not null) ? page with { Items = [.. page.Items.Select(RoutedReference.Strip)] } : page;
    }

    public override async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            // What is deleted must be what was seen, so that its bytes are the ones to drop.
            var (record, replaced) = await FindReplacedAsync(key, cancellationToken).ConfigureAwait(false);
            var isExact = replaced is not null && options?.Precondition is null;
            try
            {
                var isDeleted = await Inner.DeleteAsync(key, isExact ? new DeleteOptions { Precondition = new IfMatch(record!.ETag) } : options, cancellationToken).ConfigureAwait(false);
                await DropAsync(isDeleted ? replaced : null).ConfigureAwait(false);
                return isDeleted;
            }
            catch (ImageConflictException) when (isExact)
            {
                // Another version came in between: look again. Each round means that somebody got on.
            }
        }
    }

    /// <summary>Deletes bytes on one fallback that are older than a time and that no record of the primary names.</summary>
    public Task SweepAsync(HandoffSide side, DateTimeOffset before, Func<Task> confirm, CancellationToken cancellationToken) =>
        RoutedImages.SweepAsync(side, before, async key => RoutedReference.In(await Inner.GetInfoAsync(key, cancellationToken).ConfigureAwait(false)), confirm, cancellationToken);

    private async Task<ImageInfo> PutUnknownAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var content = LimitedContent.For(request.Content, request.Key, mostBytes);
        try
        {
            return await PutWholeAsync(request with { Content = content }, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageValidationException) when (LimitedContent.Ended(content))
        {
            // Nothing was stored. It shows only now where it belongs.
        }

        await images.RewindAsync(request, cancellationToken).ConfigureAwait(false);
        return await PutRoutedAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ImageInfo> PutWholeAsync(PutRequest request, CancellationToken cancellationToken)
    {
        // Where there must be none, none is replaced.
        var (_, replaced) = request.Precondition is IfNoneMatch ? default : await FindReplacedAsync(request.Key, cancellationToken).ConfigureAwait(false);
        var saved = await Inner.PutAsync(request, cancellationToken).ConfigureAwait(false);
        await DropAsync(replaced).ConfigureAwait(false);
        return saved;
    }

    private async Task<ImageInfo> PutRoutedAsync(PutRequest request, CancellationToken cancellationToken)
    {
        var (record, replaced) = await FindReplacedAsync(request.Key, cancellationToken).ConfigureAwait(false);
        if (request.Precondition?.IsSatisfiedBy(record?.ETag) == false && record is not null)
        {
            // Only to spare the upload; what counts is the primary's own judgement at the commit.
            throw ImageConflictException.For(request.Key, Name, record.ETag);
        }

        var reference = await images.PutAsync(request, cancellationToken).ConfigureAwait(false);
        var storedAt = clock.GetTimestamp();
        var digest = await request.Content.GetDigestAsync().ConfigureAwait(false);
        var commit = request with { Content = new ReferencedContent(digest), Encoding = reference.AddTo(request.Encoding, digest.Length) };
        ImageInfo saved;
        try
        {
            CheckNotLate(request.Key, storedAt);
            saved = await Inner.PutAsync(commit, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (exception is ImageConflictException or ImageValidationException)
        {
            // Refused, unless the answer of an attempt that had won was lost on its way and this is that of its repetition.
            var (current, named) = await FindReplacedAsync(request.Key, cancellationToken).ConfigureAwait(false);
            if (named != reference)
            {
                await DropAsync(reference).ConfigureAwait(false);
                throw;
            }

            saved = current!;
        }

        await DropAsync(replaced == reference ? null : replaced).ConfigureAwait(false);
        return RoutedReference.Strip(saved);
    }

    private async Task<StoredImage?> OpenWholeAsync(ImageKey key, GetOptions? options, ImageInfo? record, CancellationToken cancellationToken)
    {
        try
        {
            return await Inner.OpenReadAsync(key, options, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageValidationException) when (options?.Range is not null && record is not null)
        {
            // A range that the image does not have, unless it has become one without bytes here since it was looked at.
            if (await Inner.OpenReadAsync(key, options with { Range = null }, cancellationToken).ConfigureAwait(false) is { } image)
            {
                if (RoutedReference.In(image.Info) is not null)
                {
                    return image;
                }

                await image.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    private async Task<StoredImage?> OpenRoutedAsync(ImageKey key, ImageInfo record, RoutedReference reference, ByteRange? range, CancellationToken cancellationToken)
    {
        _ = range?.Resolve(key, reference.Length);
        if (await images.OpenAsync(key, reference, range, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return null;
        }

        if (bytes.Info.Digest == record.Digest)
        {
            return new StoredImage(RoutedReference.Strip(record), bytes.Content, bytes.Range);
        }

        await bytes.DisposeAsync().ConfigureAwait(false);
        throw new ImageCorruptedException($"Image '{key}' is damaged: a fallback holds other bytes than the record on the primary {Name} says. Save it anew, or delete it.") { Key = key, Provider = Name };
    }

    /// <summary>What is under a key before it is replaced or deleted. A damaged record must not stand in the way of that.</summary>
    private async Task<(ImageInfo? Record, RoutedReference? Reference)> FindReplacedAsync(ImageKey key, CancellationToken cancellationToken)
    {
        try
        {
            var record = await Inner.GetInfoAsync(key, cancellationToken).ConfigureAwait(false);
            return (record, RoutedReference.In(record));
        }
        catch (ImageCorruptedException)
        {
            // Its bytes, if it has any on a fallback, are left to the sweep.
            return default;
        }
    }

    // The write is done: a call that is cancelled from here on must not look as if it had changed nothing.
    private Task DropAsync(RoutedReference? reference) => reference is { } known ? images.DropAsync(known, CancellationToken.None) : Task.CompletedTask;

    /// <summary>Bytes that are older than the grace may be swept; half of it must be left for the commit.</summary>
    private void CheckNotLate(ImageKey key, long storedAt)
    {
        if (clock.GetElapsedTime(storedAt) > HandoffSweeper.Grace / 2)
        {
            throw new StorageUnavailableException($"Image '{key}' was not saved in {Name}: the process stood still between the storing of the bytes and of the record, so that the bytes may have been swept. Save it again.") { Key = key, Provider = Name };
        }
    }
}
