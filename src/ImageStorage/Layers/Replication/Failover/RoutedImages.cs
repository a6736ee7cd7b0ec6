using System.Globalization;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>The bytes on the fallbacks that are too many for the primary, each version under a key of its own that is given once.</summary>
internal sealed class RoutedImages(string primary, HandoffSide[] sides, ILogger logger)
{
    // The name under which the bytes say whose they are, for the sweep.
    private const string Owner = "image";

    /// <summary>Stores a version on the first fallback that takes it. Nothing sees it before a record names it.</summary>
    /// <exception cref="StorageUnavailableException">Those that would take it cannot be used.</exception>
    /// <exception cref="ImageValidationException">None would take it.</exception>
    public async Task<RoutedReference> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        StorageUnavailableException? failure = null;
        var hasRead = false;
        foreach (var side in sides.Where(side => request.Content.Length is not { } length || side.Provider.Capabilities.MaxContentLength is not { } most || length <= most))
        {
            if (hasRead)
            {
                if (failure is not null && !request.Content.CanRewind)
                {
                    break;
                }

                await RewindAsync(request, cancellationToken).ConfigureAwait(false);
            }

            hasRead = true;

            // A new id for each: one whose answer was lost may have taken the bytes, too, and they must not look as if they were named.
            var id = RoutedReference.NewId();
            var content = LimitedContent.For(request.Content, request.Key, side.Provider.Capabilities.MaxContentLength);
            try
            {
                var own = request.ForPart(new RoutedReference(id, 0).Key, content) with { Metadata = MetadataDictionary.Empty.Add(Owner, request.Key.Value) };
                var stored = await side.Provider.PutAsync(own, cancellationToken).ConfigureAwait(false);
                return new RoutedReference(id, request.Encoding?.StoredLength ?? stored.Length);
            }
            catch (StorageUnavailableException exception)
            {
                failure ??= exception;
            }
            catch (ImageValidationException) when (LimitedContent.Ended(content))
            {
                // The next one may take more.
            }
        }

        throw failure is null
            ? new ImageValidationException(ImageValidationKind.TooLarge, $"Image '{request.Key}' is longer than the primary {primary} and any of its fallbacks ({Names()}) take; nothing was stored.") { Key = request.Key }
            : Unavailable(request.Key, failure, "is too long for the primary, and the fallback that takes its bytes cannot be used; nothing was stored");
    }

    /// <summary>Opens a version; null when no fallback has it.</summary>
    public async Task<StoredImage?> OpenAsync(ImageKey key, RoutedReference reference, ByteRange? range, CancellationToken cancellationToken)
    {
        StorageUnavailableException? failure = null;
        foreach (var side in sides)
        {
            try
            {
                if (await side.Provider.OpenReadAsync(reference.Key, range is null ? null : new GetOptions { Range = range }, cancellationToken).ConfigureAwait(false) is { } image)
                {
                    return image;
                }
            }
            catch (StorageUnavailableException exception)
            {
                failure ??= exception;
            }
            catch (ImageStorageException exception) when (exception.Key == reference.Key)
            {
                throw FailoverErrors.OfFallback(exception, reference.Key, key);
            }
        }

        return failure is null ? null : throw Unavailable(key, failure, "is too long for the primary, and the fallback that has its bytes cannot be used");
    }

    /// <summary>Deletes a version that no record names any more. What called for it is done, so a failure here is not its failure; a later sweep deletes the bytes.</summary>
    public async Task DropAsync(RoutedReference reference, CancellationToken cancellationToken)
    {
        foreach (var side in sides)
        {
            try
            {
                if (await side.Provider.DeleteAsync(reference.Key, null, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
            {
                Log.HandoffBytesLeft(logger, exception);
            }
        }
    }

    /// <summary>Deletes versions on one fallback that are older than a time and that no record names.</summary>
    /// <param name="side">The fallback.</param>
    /// <param name="before">The time.</param>
    /// <param name="find">Finds what the record of an image names.</param>
    /// <param name="confirm">Makes sure, before anything is deleted, that the primary is there: one that is away names nothing.</param>
    /// <param name="cancellationToken">Ends the sweep.</param>
    public static async Task SweepAsync(HandoffSide side, DateTimeOffset before, Func<ImageKey, Task<RoutedReference?>> find, Func<Task> confirm, CancellationToken cancellationToken)
    {
        var query = new ImageQuery { Order = ImageOrder.KeyAscending, Prefix = RoutedReference.Prefix, Limit = 500 };
        do
        {
            var page = await side.Provider.ListAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var bytes in page.Items.Where(bytes => bytes.ModifiedAt < before))
            {
                // Bytes that do not say whose they are were not written here.
                if (bytes.Metadata.TryGetValue(Owner, out var owner) && ImageKey.TryParse(owner, out var key))
                {
                    await SweepAsync(side, bytes, () => find(key), confirm, cancellationToken).ConfigureAwait(false);
                }
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
    }

    private static async Task SweepAsync(HandoffSide side, ImageInfo bytes, Func<Task<RoutedReference?>> find, Func<Task> confirm, CancellationToken cancellationToken)
    {
        try
        {
            if ((await find().ConfigureAwait(false))?.Key != bytes.Key)
            {
                await confirm().ConfigureAwait(false);
                await side.Provider.DeleteAsync(bytes.Key, new DeleteOptions { Precondition = new IfMatch(bytes.ETag) }, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ImageConflictException)
        {
            // Another process sweeps as well and was faster.
        }
        catch (ImageCorruptedException)
        {
            // A damaged record may be restored, and then it needs its bytes. It must not keep the sweep from the other images.
        }
    }

    /// <summary>Goes back to the first byte for the next provider.</summary>
    public async ValueTask RewindAsync(PutRequest request, CancellationToken cancellationToken)
    {
        if (!request.Content.CanRewind)
        {
            throw new ImageValidationException(ImageValidationKind.TooLarge, string.Create(CultureInfo.InvariantCulture,
                $"Image '{request.Key}' is longer than {primary} takes, which showed only while its source was read, and the source cannot be read again for the next provider: it does not seek and is over SpoolLimit. Declare its length (SaveOptions.ContentLength), give a stream that seeks, or allow more. Nothing was stored."))
            {
                Key = request.Key,
                Provider = primary,
            };
        }

        await request.Content.RewindAsync(cancellationToken).ConfigureAwait(false);
    }

    private string Names() => string.Join(", ", sides.Select(side => side.Name));

    private StorageUnavailableException Unavailable(ImageKey key, StorageUnavailableException failure, string what) =>
        new($"Image '{key}' {what}. Mend it, or try again later. {failure.Message}", new RoutedFailure(failure), failure.IsTransient) { Key = key, Provider = primary };
}
