namespace ImageStorage.Providers;

/// <summary>
/// Stores images and documents in one backend. For authors of providers and layers; applications use
/// <see cref="IImageStorage"/>. The conformance suite in ImageStorage.Testing.NUnit checks every rule of this contract.
/// </summary>
/// <remarks>
/// Arguments are already validated; a provider checks only its own limits (<see cref="ProviderCapabilities"/>). Every
/// failure is an <see cref="ImageStorageException"/> or an <see cref="OperationCanceledException"/>; a programming error
/// of the caller is an <see cref="ArgumentException"/>. A provider repeats no call and hides no failure. All members are thread-safe, and safe across processes if
/// <see cref="ProviderCapabilities.MultiProcess"/> is true.
/// </remarks>
public interface IImageProvider : IAsyncDisposable, IDisposable
{
    /// <summary>Gets a short stable name for messages and metrics, such as <c>FileSystem</c>.</summary>
    string Name { get; }

    /// <summary>Gets the capabilities of the provider. The value never changes.</summary>
    ProviderCapabilities Capabilities { get; }

    /// <summary>Gets the documents, which are stored together with the images.</summary>
    IDocumentStore Documents { get; }

    /// <summary>
    /// Stores an image: commits bytes and record in one atomic operation. Reads <see cref="PutRequest.Content"/> to its
    /// end and uses its digest. On any failure, including a failing source and a cancelled token, the previous version
    /// is intact and nothing new is visible.
    /// </summary>
    /// <returns>The stored record, with the times and the ETag of the provider.</returns>
    Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens an image or a range of its bytes; returns null if there is no image. Bytes and record belong to one
    /// version. A provider ignores <see cref="GetOptions.Cache"/>, which is for layers that cache.
    /// </summary>
    Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the record of an image; null if there is no image.</summary>
    Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes the record of an image atomically; returns null if there is no image and the update has no precondition.
    /// </summary>
    Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes an image. A call that returns, or throws because of a precondition on a missing image, is durable: a
    /// missing image stays missing after a power cut, also if an earlier deletion of the image has failed.
    /// </summary>
    /// <returns><see langword="true"/> if there was an image; otherwise <see langword="false"/>.</returns>
    Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns one page of records in the order of the query. An image whose record cannot be read is named in
    /// <see cref="ImagePage.Unlisted"/>, and does not fail the listing.
    /// </summary>
    Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default);

    /// <summary>Returns the number of images and bytes.</summary>
    Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes, reads and deletes a probe document; throws if the provider is not usable.</summary>
    Task CheckAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns an optional ability of the provider, such as <see cref="IVerifiableProvider"/>; null if the provider
    /// does not have the ability. Call once and keep the result. A layer passes on only abilities that do not bypass the
    /// layer (<see cref="DelegatingImageProvider.PassesOn"/>).
    /// </summary>
    TAbility? GetAbility<TAbility>()
        where TAbility : class;
}
