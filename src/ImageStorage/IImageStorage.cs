namespace ImageStorage;

/// <summary>
/// A store of images: the one interface that applications hold. It is the same over a folder, an embedded database and
/// a cloud account. Conveniences are extensions in <see cref="ImageStorageExtensions"/>.
/// </summary>
/// <remarks>
/// What every member keeps: an acknowledged write is durable; a reader gets all of one version; a call that fails
/// changes nothing; not found is <see langword="null"/> or <see langword="false"/>, anything else throws a subclass of
/// <see cref="ImageStorageException"/> that says which; a programming error, such as a null argument or an option out of range, throws an
/// <see cref="ArgumentException"/>; a cancelled token ends the call with <see cref="OperationCanceledException"/>. All members may be called concurrently.
/// </remarks>
public interface IImageStorage
{
    /// <summary>What this store takes and can do.</summary>
    StorageCapabilities Capabilities { get; }

    /// <summary>
    /// Saves an image under a key, from where the source stands to its end, replacing what was there unless
    /// <see cref="SaveOptions.Precondition"/> forbids it. The source is streamed, never held whole, and not disposed.
    /// </summary>
    /// <returns>What was stored.</returns>
    /// <exception cref="ImageValidationException">The key, the bytes or the options are not acceptable; nothing was written.</exception>
    /// <exception cref="ImageConflictException">The precondition does not hold.</exception>
    /// <exception cref="ImageSourceException">Reading <paramref name="content"/> failed.</exception>
    /// <exception cref="StorageFullException">The medium has no room.</exception>
    /// <exception cref="StorageUnavailableException">The provider cannot be reached or used at present.</exception>
    Task<ImageInfo> SaveAsync(ImageKey key, Stream content, SaveOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Opens an image, or a range of it, for reading. Dispose what is returned.</summary>
    /// <returns>Info and stream of one version, or null when there is no image under the key.</returns>
    /// <exception cref="ImageCorruptedException">The stored image is damaged; also thrown by reads of the stream.</exception>
    Task<StoredImage?> GetAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>What is known of an image, or null when there is none under the key.</summary>
    Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default);

    /// <summary>Changes metadata, tags or file name of an image, atomically and with a new version; its bytes stay.</summary>
    /// <exception cref="ImageNotFoundException">There is no image under the key and no precondition was given.</exception>
    /// <exception cref="ImageConflictException">The precondition does not hold.</exception>
    Task<ImageInfo> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default);

    /// <summary>Deletes an image. Deleting what is not there succeeds.</summary>
    /// <returns>Whether an image was there.</returns>
    Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Returns one page of images in the order of the query. Pass the token of the page to the next query.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="ImageQuery.Limit"/> or <see cref="ImageQuery.Order"/> is out of range.</exception>
    /// <exception cref="ImageValidationException">The prefix or the continuation token is not valid.</exception>
    Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default);

    /// <summary>Saves many images concurrently. One that fails does not stop the others; its result holds the error.</summary>
    /// <returns>One result for each request, in the order of the requests.</returns>
    Task<IReadOnlyList<SaveResult>> SaveManyAsync(IEnumerable<SaveRequest> requests, BatchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes many images concurrently. One that fails does not stop the others; its result holds the error.</summary>
    /// <returns>One result for each key, in the order of the keys.</returns>
    Task<IReadOnlyList<DeleteResult>> DeleteManyAsync(IEnumerable<ImageKey> keys, BatchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>How many images and bytes the store holds. Reads every image's record on providers that keep no totals.</summary>
    Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes images by age, count and bytes, the oldest first to go. Works page by page in bounded memory; an image
    /// that is overwritten meanwhile is left alone.
    /// </summary>
    /// <param name="options">The limits; at least one must be given.</param>
    /// <param name="cancellationToken">Ends the clean-up between two deletes.</param>
    /// <exception cref="ArgumentException">No limit is set, or a limit is negative.</exception>
    Task<CleanupResult> CleanupAsync(CleanupOptions options, CancellationToken cancellationToken = default);
}
