using ImageStorage.Providers;
using ImageStorage.Replication;

namespace ImageStorage.Failover;

/// <summary>The images that wait on the fallback, each version under a key of its own that is given once.</summary>
internal sealed class HandoffImages(IImageProvider fallback, int maxMetadataBytes)
{
    public const string Prefix = "failover-images/";

    public static ImageKey KeyOf(string id) => $"{Prefix}{id}";

    /// <summary>Stores a version. Nothing sees it before a note names it.</summary>
    public Task<ImageInfo> PutAsync(PutRequest request, string id, DateTimeOffset? createdAt, CancellationToken cancellationToken) =>
        fallback.PutAsync(request with { Key = KeyOf(id), Precondition = null, CreatedAt = createdAt }, cancellationToken);

    /// <summary>Stores a version that differs from another one in its record only.</summary>
    public async Task<ImageInfo?> CopyAsync(HandoffHint from, ImageUpdate update, string id, CancellationToken cancellationToken)
    {
        if (await fallback.OpenReadAsync(from.BlobKey, null, cancellationToken).ConfigureAwait(false) is not { } image)
        {
            return null;
        }

        var content = new StoredContent(image);
        await using (content.ConfigureAwait(false))
        {
            // What the primary would refuse could never be settled.
            var updated = update.ApplyTo(image.Info);
            MetadataLimit.Check(updated with { Key = from.Key }, maxMetadataBytes);
            var request = ImageCopies.RequestOf(updated, from.Key, content, null, image.Info.CreatedAt);
            return await PutAsync(request, id, image.Info.CreatedAt, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<ImageInfo?> GetInfoAsync(HandoffHint hint, CancellationToken cancellationToken) =>
        await GuardAsync(hint, () => fallback.GetInfoAsync(hint.BlobKey, cancellationToken)).ConfigureAwait(false) is { } info ? AsSeen(info, hint) : null;

    public async Task<StoredImage?> OpenAsync(HandoffHint hint, ByteRange? range, CancellationToken cancellationToken) =>
        await GuardAsync(hint, () => fallback.OpenReadAsync(hint.BlobKey, range is null ? null : new GetOptions { Range = range }, cancellationToken)).ConfigureAwait(false) is { } image
            ? new StoredImage(AsSeen(image.Info, hint), image.Content, image.Range)
            : null;

    public Task DeleteAsync(string id, CancellationToken cancellationToken) => fallback.DeleteAsync(KeyOf(id), null, cancellationToken);

    /// <summary>All versions that are here, in the order of their ids, so of their times.</summary>
    public Task<ImagePage> ListAsync(string? token, CancellationToken cancellationToken) =>
        fallback.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Prefix = Prefix, Limit = 500, ContinuationToken = token }, cancellationToken);

    /// <summary>The record as the store's callers know it.</summary>
    public static ImageInfo AsSeen(ImageInfo info, HandoffHint hint) => info with { Key = hint.Key, ModifiedAt = hint.At };

    private static async Task<T> GuardAsync<T>(HandoffHint hint, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (exception.Key == hint.BlobKey && exception is not StorageUnavailableException)
        {
            throw FailoverErrors.OfFallback(exception, hint.BlobKey, hint.Key);
        }
    }
}
