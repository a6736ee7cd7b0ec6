using System.Runtime.ExceptionServices;

namespace ImageStorage.Providers;

/// <summary>Reads stored images to write them again, under another key or to another provider.</summary>
internal static class ImageCopies
{
    /// <summary>Returns a request that stores an image with the record of another version.</summary>
    public static PutRequest RequestOf(ImageInfo info, ImageKey key, ImageContent content, Precondition? precondition, DateTimeOffset? createdAt) =>
        PutRequest.CopyOf(info, content) with { Key = key, Precondition = precondition, CreatedAt = createdAt };

    /// <summary>Returns the request that stores a copy.</summary>
    public static PutRequest RequestOf(ImageInfo source, ImageContent content, CopyRequest copy) => RequestOf(copy.Apply(source), copy.Target, content, copy.Precondition, copy.CreatedAt) with
    {
        NewETag = copy.NewETag,
        ModifiedAt = copy.ModifiedAt,
    };

    /// <summary>Checks the metadata that a copy records in place of that of the source.</summary>
    public static void CheckMetadata(ImageInfo source, CopyRequest copy, int maxBytes)
    {
        if (copy.Metadata is { } metadata)
        {
            MetadataLimit.Check(source with { Key = copy.Target, Metadata = metadata }, maxBytes);
        }
    }

    /// <summary>Opens the source of a copy, and passes the request that stores the copy and the record of the source.</summary>
    /// <exception cref="ImageConflictException">The source is not in the version of the request; the key of the exception is that of the source.</exception>
    public static async Task<T> ReadAsync<T>(IImageProvider provider, CopyRequest copy, Func<PutRequest, ImageInfo, CancellationToken, Task<T>> store, CancellationToken cancellationToken)
    {
        var image = await provider.OpenReadAsync(copy.Source, new GetOptions { IfMatch = copy.SourceETag, Cache = CacheMode.Bypass }, cancellationToken).ConfigureAwait(false)
            ?? throw ProviderErrors.Conflict(copy.Source, provider.Name, null);
        var content = new StoredContent(image);
        await using (content.ConfigureAwait(false))
        {
            CheckMetadata(image.Info, copy, provider.Capabilities.MaxMetadataBytes);
            try
            {
                return await store(RequestOf(image.Info, content, copy), image.Info, cancellationToken).ConfigureAwait(false);
            }
            catch (ImageSourceException exception) when (exception.InnerException is ImageStorageException failure)
            {
                // The source is an image of the same store, so its failure is a failure of the store.
                ExceptionDispatchInfo.Throw(failure);
                throw;
            }
        }
    }
}
