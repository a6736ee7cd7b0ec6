namespace ImageStorage.Providers;

/// <summary>
/// One backend that keeps images and documents. Applications use <see cref="IImageStorage"/>; this is for those who
/// write providers and layers. Derive a fixture from the conformance suite in ImageStorage.Testing: it checks all that
/// is promised here.
/// </summary>
/// <remarks>
/// What comes in has been validated by the manager; a provider checks only its own limits
/// (<see cref="ProviderCapabilities"/>). Every failure is an <see cref="ImageStorageException"/> or
/// <see cref="OperationCanceledException"/>; a programming error of the caller is an <see cref="ArgumentException"/>. Nothing is retried and nothing swallowed here. All members may be called
/// concurrently, and by several processes where <see cref="ProviderCapabilities.MultiProcess"/> says so.
/// </remarks>
public interface IImageProvider : IAsyncDisposable, IDisposable
{
    /// <summary>A short stable name for messages and metrics, such as <c>FileSystem</c>.</summary>
    string Name { get; }

    /// <summary>What the provider can do, as a value that does not change.</summary>
    ProviderCapabilities Capabilities { get; }

    /// <summary>The documents that live in the same store as the images.</summary>
    IDocumentStore Documents { get; }

    /// <summary>
    /// Stores an image whole: bytes and record by one atomic act. Reads <see cref="PutRequest.Content"/> to its end and
    /// takes the digest from it. On any failure, a failing source and a cancelled token included, the version before is
    /// untouched and nothing new is visible.
    /// </summary>
    /// <returns>The record as stored, with times and ETag set by the provider.</returns>
    Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default);

    /// <summary>Opens an image or a range of it; null when there is none. Bytes and record belong to one version.</summary>
    Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The record of an image; null when there is none.</summary>
    Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default);

    /// <summary>Changes the record of an image atomically; null when there is none and no precondition was given.</summary>
    Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default);

    /// <summary>Deletes an image; answers whether there was one.</summary>
    Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>One page of records in the order of the query.</summary>
    Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default);

    /// <summary>How much is stored.</summary>
    Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes, reads and deletes a probe document; throws the typed failure when the provider is not usable.</summary>
    Task CheckAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// An optional ability of the provider, such as <see cref="IVerifiableProvider"/>, or null when it does not have it.
    /// Ask once and keep the answer; layers pass the question on, unless the ability would bypass what they do.
    /// </summary>
    TAbility? GetAbility<TAbility>()
        where TAbility : class;
}
