namespace ImageStorage;

/// <summary>
/// Stores, reads, lists and deletes images. Applications use this interface over every provider: a folder, an embedded
/// database, a cloud account. <see cref="ImageStorageExtensions"/> has shorter forms.
/// </summary>
/// <remarks>
/// An acknowledged write is durable. A reader gets all of one version. A failed call changes nothing. Not found is
/// <see langword="null"/> or <see langword="false"/>; every other failure throws a subclass of
/// <see cref="ImageStorageException"/>. A programming error, such as a null argument or an option out of range, throws
/// an <see cref="ArgumentException"/>. A cancelled token ends the call with <see cref="OperationCanceledException"/>.
/// All members are thread-safe.
/// </remarks>
public interface IImageStorage
{
    /// <summary>Gets the limits and capabilities of the store.</summary>
    StorageCapabilities Capabilities { get; }

    /// <summary>
    /// Saves an image under a key. Reads the stream from its current position to its end, and replaces an existing
    /// image unless <see cref="SaveOptions.Precondition"/> forbids the save. The image is never held in memory completely.
    /// </summary>
    /// <param name="key">The key of the image.</param>
    /// <param name="content">The bytes of the image. The stream is not disposed.</param>
    /// <param name="options">Metadata, tags and the precondition; null for none.</param>
    /// <param name="cancellationToken">Cancels the save. The previous image stays.</param>
    /// <returns>The record of the stored image.</returns>
    /// <exception cref="ImageValidationException">The key, the bytes or the options are not acceptable; nothing was
    /// written.</exception>
    /// <exception cref="ImageConflictException">The precondition does not hold.</exception>
    /// <exception cref="ImageSourceException">Reading <paramref name="content"/> failed.</exception>
    /// <exception cref="StorageFullException">The medium or the quota is full.</exception>
    /// <exception cref="StorageUnavailableException">The provider cannot be reached or used now.</exception>
    Task<ImageInfo> SaveAsync(ImageKey key, Stream content, SaveOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Opens an image, or a range of its bytes, for reading. Dispose the result.</summary>
    /// <returns>
    /// The record and the stream of one version; null if there is no image under the key, or with
    /// <see cref="CacheMode.CacheOnly"/> if the cache does not have the image.
    /// </returns>
    /// <exception cref="ImageRangeException">The range is empty, or begins at or after the end of the image.</exception>
    /// <exception cref="ImageConflictException">The image has another version than <see cref="GetOptions.IfMatch"/>, or
    /// there is no image. With <see cref="CacheMode.CacheOnly"/>, the result is null instead.</exception>
    /// <exception cref="ImageCorruptedException">The stored image is damaged. Reads of the stream throw the same
    /// exception.</exception>
    Task<StoredImage?> GetAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the record of an image; null if there is no image under the key.</summary>
    Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes metadata, tags or file name of an image atomically. The bytes stay, and the image gets a new ETag.
    /// </summary>
    /// <exception cref="ImageNotFoundException">There is no image under the key, and the update has no
    /// precondition.</exception>
    /// <exception cref="ImageConflictException">The precondition does not hold.</exception>
    Task<ImageInfo> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default);

    /// <summary>
    /// Copies an image to another key, and replaces an image there unless <see cref="CopyOptions.Precondition"/>
    /// forbids the copy. The copy has the bytes, file name, metadata and tags of the source, and a new ETag. The time of
    /// creation is that of the replaced image, or now. Later changes of one image do not affect the other. The provider
    /// copies the bytes itself if possible; the application never holds the image in memory completely.
    /// </summary>
    /// <param name="source">The key of the image to copy.</param>
    /// <param name="target">The key of the copy.</param>
    /// <param name="options">The preconditions; null for none.</param>
    /// <param name="cancellationToken">Cancels the copy. A previous image under the target key stays.</param>
    /// <returns>The record of the copy.</returns>
    /// <exception cref="ArgumentException">Both keys are the same.</exception>
    /// <exception cref="ImageNotFoundException">There is no image under the source key, and the options have no
    /// <see cref="CopyOptions.SourcePrecondition"/>.</exception>
    /// <exception cref="ImageConflictException">A precondition does not hold.</exception>
    /// <exception cref="ImageCorruptedException">The source is damaged; nothing was stored.</exception>
    Task<ImageInfo> CopyAsync(ImageKey source, ImageKey target, CopyOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Moves an image to another key: a copy and a delete of the source in one transaction. Afterwards, also after a
    /// crash and the recovery, either both have happened or neither. The moved image keeps its time of creation and has
    /// a new ETag.
    /// </summary>
    /// <param name="source">The key of the image to move.</param>
    /// <param name="target">The new key. An image there is replaced, unless <see cref="CopyOptions.Precondition"/> forbids
    /// the move.</param>
    /// <param name="options">The preconditions; null for none.</param>
    /// <param name="cancellationToken">Cancels the move. A move that is not committed yet is rolled back, so both
    /// images stay.</param>
    /// <returns>The record of the moved image.</returns>
    /// <remarks>
    /// A provider that commits several images at once (LiteDB, a hybrid with a LiteDB catalog, in memory) shows both
    /// changes together. On other providers, a reader may find the image under both keys for a moment, never under none.
    /// </remarks>
    /// <exception cref="ArgumentException">Both keys are the same.</exception>
    /// <exception cref="ImageNotFoundException">There is no image under the source key, and the options have no
    /// <see cref="CopyOptions.SourcePrecondition"/>.</exception>
    /// <exception cref="ImageConflictException">A precondition does not hold, or a transaction holds one of the
    /// images.</exception>
    /// <exception cref="ImageCorruptedException">The source is damaged; nothing was changed.</exception>
    /// <exception cref="StorageUnavailableException">The provider cannot be reached or used now, or the move was rolled
    /// back after one hour.</exception>
    /// <exception cref="StorageNotSupportedException">The store has a mirror; or the store is a hybrid whose catalog is a
    /// folder or Azure Blob Storage; or the store was created without the container, and the provider does not commit
    /// several images at once.</exception>
    /// <exception cref="TransactionFailedException">The outcome of the move is unknown, or the move is not rolled back
    /// yet; a recovery completes the rollback.</exception>
    Task<ImageInfo> MoveAsync(ImageKey source, ImageKey target, CopyOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes an image. Deleting a missing image succeeds.</summary>
    /// <returns><see langword="true"/> if there was an image; otherwise <see langword="false"/>.</returns>
    Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns one page of images in the order of the query. Pass the token of the page to get the next page. An image that
    /// exists and cannot be listed does not fail the listing: <see cref="ImagePage.Unlisted"/> names the image.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <see cref="ImageQuery.Limit"/> or <see cref="ImageQuery.Order"/> is out of range.
    /// </exception>
    /// <exception cref="ImageValidationException">The prefix or the continuation token is not valid.</exception>
    Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Saves many images concurrently. A failure does not stop the other saves; the result of the failed save holds the
    /// exception.
    /// </summary>
    /// <returns>One result per request, in the order of the requests.</returns>
    Task<IReadOnlyList<SaveResult>> SaveManyAsync(IEnumerable<SaveRequest> requests, BatchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes many images concurrently. A failure does not stop the other deletes; the result of the failed delete
    /// holds the exception.
    /// </summary>
    /// <returns>One result per key, in the order of the keys.</returns>
    Task<IReadOnlyList<DeleteResult>> DeleteManyAsync(IEnumerable<ImageKey> keys, BatchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns the number of images and bytes in the store. A provider without totals reads the record of every image; set
    /// <see cref="UsageOptions.MaxAge"/> to accept an earlier total of this object instead.
    /// </summary>
    /// <param name="options">The maximum age; null to count now.</param>
    /// <param name="cancellationToken">
    /// Cancels the call. A count that other calls with a maximum age can use continues.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum age is negative.</exception>
    Task<StorageUsage> GetUsageAsync(UsageOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes the oldest images until the store is within limits of age, number and bytes. Works page by page in
    /// bounded memory. An image that another caller changes in the meantime is left alone.
    /// </summary>
    /// <param name="options">The limits; at least one limit is required.</param>
    /// <param name="cancellationToken">Cancels the clean-up between two deletes.</param>
    /// <exception cref="ArgumentException">No limit is set, or a limit is negative.</exception>
    Task<CleanupResult> CleanupAsync(CleanupOptions options, CancellationToken cancellationToken = default);
}
