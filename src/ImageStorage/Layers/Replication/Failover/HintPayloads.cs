using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>The payloads of hints on a fallback, each under a key that is never reused.</summary>
internal sealed class HintPayloads(IImageProvider fallback, int maxMetadataBytes)
{
    public const string Prefix = "failover-images/";

    public static ImageKey KeyOf(string id) => $"{Prefix}{id}";

    /// <summary>Stores a payload. It is invisible until a hint names it.</summary>
    public async Task<ImageInfo> PutAsync(PutRequest request, string id, DateTimeOffset? createdAt, CancellationToken cancellationToken)
    {
        var key = KeyOf(id);
        try
        {
            return await fallback.PutAsync(request with { Key = key, Precondition = null, CreatedAt = createdAt, BeforeCommit = null }, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageValidationException exception) when (exception.Key == key)
        {
            throw FailoverErrors.OfFallback(exception, key, request.Key);
        }
    }

    /// <summary>Stores a payload with the bytes of another one and a changed record.</summary>
    public async Task<ImageInfo?> CopyAsync(ImageHint from, RecordUpdate update, string id, CancellationToken cancellationToken)
    {
        if (await fallback.OpenReadAsync(from.PayloadKey, null, cancellationToken).ConfigureAwait(false) is not { } image)
        {
            return null;
        }

        var content = new StoredContent(image);
        await using (content.ConfigureAwait(false))
        {
            // The primary would refuse a larger record at the replay.
            var updated = update.ApplyTo(image.Info with { Key = from.Key }, image.Info.ModifiedAt, image.Info.ETag);
            MetadataLimit.Check(updated, maxMetadataBytes);
            content.Digest = updated.Digest;
            var request = ImageCopies.RequestOf(updated, from.Key, content, null, image.Info.CreatedAt);
            return await PutAsync(request, id, image.Info.CreatedAt, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<ImageInfo?> GetInfoAsync(ImageHint hint, CancellationToken cancellationToken) =>
        await GuardAsync(hint, () => fallback.GetInfoAsync(hint.PayloadKey, cancellationToken)).ConfigureAwait(false) is { } info ? AsSeen(info, hint) : null;

    public async Task<StoredImage?> OpenAsync(ImageHint hint, GetOptions? options, CancellationToken cancellationToken) =>
        await GuardAsync(hint, () => fallback.OpenReadAsync(hint.PayloadKey, options?.OfPart, cancellationToken)).ConfigureAwait(false) is { } image
            ? new StoredImage(AsSeen(image.Info, hint), image.Content, image.Range)
            : null;

    public Task DeleteAsync(string id, CancellationToken cancellationToken) => fallback.DeleteAsync(KeyOf(id), null, cancellationToken);

    /// <summary>Lists all payloads in the order of their ids, which is that of their times.</summary>
    public Task<ImagePage> ListAsync(string? token, CancellationToken cancellationToken) =>
        fallback.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Prefix = Prefix, Limit = 500, ContinuationToken = token }, cancellationToken);

    /// <summary>Returns the record of a payload as a caller of the store sees it.</summary>
    public static ImageInfo AsSeen(ImageInfo info, ImageHint hint) => info with { Key = hint.Key, ModifiedAt = hint.Time };

    private static async Task<T> GuardAsync<T>(ImageHint hint, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (exception.Key == hint.PayloadKey && exception is not StorageUnavailableException)
        {
            throw FailoverErrors.OfFallback(exception, hint.PayloadKey, hint.Key);
        }
    }
}
