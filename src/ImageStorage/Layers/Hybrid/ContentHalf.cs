using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Hybrid;

/// <summary>
/// The provider that holds the bytes of large images, each under a name that is given once and never overwritten. Failures
/// are reported under the key of the image.
/// </summary>
internal sealed class ContentHalf(IImageProvider provider, ILogger logger)
{
    // Whose bytes they are: the sweep asks the catalog about this key.
    private const string OwnerName = "image";

    public IImageProvider Provider { get; } = provider;

    /// <summary>The image that stored bytes belong to, or null when they do not say.</summary>
    public static ImageKey? OwnerOf(ImageInfo stored) =>
        stored.Metadata.TryGetValue(OwnerName, out var owner) && ImageKey.TryParse(owner, out var key) ? key : default(ImageKey?);

    public Task<ImageInfo> PutAsync(string id, PutRequest request, CancellationToken cancellationToken) => RunAsync(request.Key, () => Provider.PutAsync(
        request.ForPart(ContentReference.KeyOf(id), request.Content) with
        {
            Metadata = MetadataDictionary.Empty.Add(OwnerName, request.Key.Value),
            Precondition = IfNoneMatch.Any,
        },
        cancellationToken));

    public Task<StoredImage?> OpenAsync(ImageKey key, ContentReference reference, ByteRange? range, CancellationToken cancellationToken) =>
        RunAsync(key, () => Provider.OpenReadAsync(reference.Key, new GetOptions { Range = range }, cancellationToken));

    public Task<ImageInfo?> GetInfoAsync(ImageKey key, ContentReference reference, CancellationToken cancellationToken) =>
        RunAsync(key, () => Provider.GetInfoAsync(reference.Key, cancellationToken));

    public Task CheckAsync(CancellationToken cancellationToken) => RunAsync(null, async () =>
    {
        await Provider.CheckAsync(cancellationToken).ConfigureAwait(false);
        return true;
    });

    /// <summary>Deletes bytes that no record names any more. Whatever that was part of has been decided, so a failure is not its failure.</summary>
    public async Task DropAsync(ContentReference reference, CancellationToken cancellationToken)
    {
        try
        {
            await Provider.DeleteAsync(reference.Key, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException)
        {
            Log.ContentLeft(logger, exception);
        }
    }

    private static async Task<T> RunAsync<T>(ImageKey? key, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsOfHalf(exception))
        {
            throw HybridErrors.OfContent(exception, key);
        }
    }
}
