using System.Collections.Immutable;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Hybrid;

/// <summary>
/// The provider that holds the bytes of large images, each under an id that is never reused. Its failures are reported
/// under the key of the image.
/// </summary>
internal sealed class ContentPart(IImageProvider provider, ILogger logger)
{
    // The metadata entry with the key of the image, which the sweep looks up in the catalog.
    private const string OwnerName = "image";

    public IImageProvider Provider { get; } = provider;

    /// <summary>
    /// Returns the image that stored content belongs to, or <see langword="null"/> if the content does not say.
    /// </summary>
    public static ImageKey? OwnerOf(ImageInfo stored) =>
        stored.Metadata.TryGetValue(OwnerName, out var owner) && ImageKey.TryParse(owner, out var key) ? key : default(ImageKey?);

    public Task<ImageInfo> PutAsync(string id, PutRequest request, CancellationToken cancellationToken) => RunAsync(request.Key, () => Provider.PutAsync(
        request.ForPart(ContentReference.KeyOf(id), request.Content) with
        {
            Metadata = MetadataOf(request.Key),
            Precondition = IfNoneMatch.Any,
        },
        cancellationToken));

    /// <summary>Copies content to a new id, for another image.</summary>
    /// <returns><see langword="null"/> if the content does not exist.</returns>
    public Task<ImageInfo?> CopyAsync(string id, ContentReference reference, CopyRequest copy, CancellationToken cancellationToken) => RunAsync(copy.Source, async () =>
    {
        if (await Provider.GetInfoAsync(reference.Key, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return null;
        }

        try
        {
            return await Provider.CopyAsync(
                new CopyRequest { Source = reference.Key, SourceETag = stored.ETag, Target = ContentReference.KeyOf(id), Metadata = MetadataOf(copy.Target), Precondition = IfNoneMatch.Any },
                cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException exception) when (exception.Key == reference.Key)
        {
            // Content never changes, so it was deleted.
            return null;
        }
    });

    public Task<StoredImage?> OpenAsync(ImageKey key, ContentReference reference, GetOptions? options, CancellationToken cancellationToken) =>
        RunAsync(key, () => Provider.OpenReadAsync(reference.Key, options?.OfPart, cancellationToken));

    public Task<ImageInfo?> GetInfoAsync(ImageKey key, ContentReference reference, CancellationToken cancellationToken) =>
        RunAsync(key, () => Provider.GetInfoAsync(reference.Key, cancellationToken));

    /// <summary>Gets the ability to retain content; <see langword="null"/> if the provider does not have it.</summary>
    public IVersionKeeper? Keeper => Provider.GetAbility<IVersionKeeper>();

    /// <summary>Retains content under the id of a retained version.</summary>
    /// <returns><see langword="false"/> if the content does not exist.</returns>
    public Task<bool> RetainAsync(string id, ImageKey key, ContentReference reference, CancellationToken cancellationToken) => RunAsync(key, async () =>
        await Provider.GetInfoAsync(reference.Key, cancellationToken).ConfigureAwait(false) is { } stored
        && await Keeper!.RetainAsync(id, reference.Key, stored.ETag, cancellationToken).ConfigureAwait(false));

    /// <summary>Returns whether content is retained under an id.</summary>
    public Task<bool> HasRetainedAsync(string id, CancellationToken cancellationToken) =>
        RunAsync(null, async () => await Keeper!.GetRetainedAsync(id, cancellationToken).ConfigureAwait(false) is not null);

    /// <summary>Opens retained content.</summary>
    /// <returns><see langword="null"/> if no content is retained under the id.</returns>
    public Task<StoredImage?> OpenRetainedAsync(ImageKey key, string id, GetOptions? options, CancellationToken cancellationToken) =>
        RunAsync(key, () => Keeper!.OpenRetainedAsync(id, options?.OfPart, cancellationToken));

    public Task<bool> DropAsync(string id, CancellationToken cancellationToken) => RunAsync(null, () => Keeper!.DropAsync(id, cancellationToken));

    public Task<IReadOnlyList<string>> ListRetainedAsync(string? after, int limit, CancellationToken cancellationToken) =>
        RunAsync(null, () => Keeper!.ListRetainedAsync(after, limit, cancellationToken));

    public Task CheckAsync(CancellationToken cancellationToken) => RunAsync(null, async () =>
    {
        await Provider.CheckAsync(cancellationToken).ConfigureAwait(false);
        return true;
    });

    /// <summary>
    /// Deletes content that no record refers to. The operation that caused the deletion has been decided before, so a
    /// failure is only logged.
    /// </summary>
    public async Task TryDeleteAsync(ContentReference reference, CancellationToken cancellationToken)
    {
        try
        {
            await Provider.DeleteAsync(reference.Key, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            Log.OrphanNotDeleted(logger, exception);
        }
    }

    private static ImmutableSortedDictionary<string, string> MetadataOf(ImageKey owner) => MetadataDictionary.Empty.Add(OwnerName, owner.Value);

    private static async Task<T> RunAsync<T>(ImageKey? key, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsFromPart(exception))
        {
            throw HybridErrors.FromContent(exception, key);
        }
    }
}
