using System.Runtime.CompilerServices;

namespace ImageStorage;

/// <summary>Shorter forms of the operations of <see cref="IImageStorage"/>.</summary>
public static class ImageStorageExtensions
{
    /// <summary>
    /// Saves a file. The name of the file becomes the file name of the image, unless the options have a file name.
    /// </summary>
    public static async Task<ImageInfo> SaveFileAsync(this IImageStorage storage, ImageKey key, string path, SaveOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= SaveOptions.Default;

        // Buffering is off: the store reads large pieces.
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        await using (file.ConfigureAwait(false))
        {
            return await storage.SaveAsync(key, file, options with { FileName = options.FileName ?? Path.GetFileName(path) }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Saves bytes without a copy. Do not change the bytes before the save has ended.</summary>
    public static async Task<ImageInfo> SaveBytesAsync(this IImageStorage storage, ImageKey key, ReadOnlyMemory<byte> content, SaveOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        using var stream = new ReadOnlyMemoryStream(content);
        return await storage.SaveAsync(key, stream, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads all bytes of an image into an array; returns null if there is no image. Use this method for small images.
    /// </summary>
    /// <exception cref="StorageNotSupportedException">The image has more bytes than an array can have, about 2
    /// GiB.</exception>
    public static async Task<byte[]?> GetBytesAsync(this IImageStorage storage, ImageKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        var image = await storage.GetAsync(key, null, cancellationToken).ConfigureAwait(false);
        if (image is null)
        {
            return null;
        }

        await using (image.ConfigureAwait(false))
        {
            if (image.Info.Length > Array.MaxLength)
            {
                throw new StorageNotSupportedException($"Image '{key}' has {image.Info.Length} bytes, more than the {Array.MaxLength} of an array: read the image as a stream, with GetAsync or CopyToAsync.") { Key = key };
            }

            var bytes = GC.AllocateUninitializedArray<byte>((int)image.Info.Length);
            await image.Content.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
    }

    /// <summary>Writes all bytes of an image to a stream.</summary>
    /// <returns>The record of the image; null if there is no image under the key.</returns>
    public static async Task<ImageInfo?> CopyToAsync(this IImageStorage storage, ImageKey key, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(destination);
        var image = await storage.GetAsync(key, null, cancellationToken).ConfigureAwait(false);
        if (image is null)
        {
            return null;
        }

        await using (image.ConfigureAwait(false))
        {
            await image.Content.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
            return image.Info;
        }
    }

    /// <summary>Returns whether there is an image under the key.</summary>
    public static async Task<bool> ExistsAsync(this IImageStorage storage, ImageKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return await storage.GetInfoAsync(key, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>Saves an image if there is no image under the key. Of several concurrent calls, one succeeds.</summary>
    /// <returns>The record of the stored image; null if there was an image already.</returns>
    public static async Task<ImageInfo?> TryCreateAsync(this IImageStorage storage, ImageKey key, Stream content, SaveOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        try
        {
            return await storage.SaveAsync(key, content, (options ?? SaveOptions.Default) with { Precondition = IfNoneMatch.Any }, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            return null;
        }
    }

    /// <summary>
    /// Enumerates all images of a query, page by page. The limit of the query is the size of a page; without a query, a
    /// page has 200 images.
    /// </summary>
    /// <param name="storage">The store.</param>
    /// <param name="query">The query; null for all images, the newest first.</param>
    /// <param name="unlisted">
    /// Called for each image in the range of the query that exists and cannot be listed, before the images of the same
    /// page. Null omits these images: pass a callback wherever a missing image matters, such as in a copy of the store.
    /// </param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    public static async IAsyncEnumerable<ImageInfo> EnumerateAsync(this IImageStorage storage, ImageQuery? query = null, Action<UnlistedImage>? unlisted = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        query ??= new ImageQuery { Limit = 200 };
        do
        {
            var page = await storage.ListAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var image in unlisted is null ? [] : page.Unlisted)
            {
                unlisted!(image);
            }

            foreach (var info in page.Items)
            {
                yield return info;
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
    }
}
