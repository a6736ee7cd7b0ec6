namespace ImageStorage;

/// <summary>
/// Creates links with which a client uses one image for a short time, without a further authorization. Registered by
/// <c>WithSignedUrls</c>, for a named store with its name as the key. Thread-safe.
/// </summary>
public interface IImageUrls
{
    /// <summary>
    /// Creates a link to one image. The image need not exist, unless the provider signs the URL and the store has no keys.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="options">What the link allows and for how long; null to read the image for the default time.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The link, which is a secret while it is valid.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or the file name is not valid.</exception>
    /// <exception cref="InvalidOperationException">There is no key to sign with, or the address of the endpoints is
    /// unknown.</exception>
    /// <exception cref="ImageNotFoundException">There is no image, and the store has no keys.</exception>
    /// <exception cref="ImageStorageException">The provider could not sign its own URL.</exception>
    Task<ImageUrl> CreateAsync(ImageKey key, ImageUrlOptions? options = null, CancellationToken cancellationToken = default);
}

/// <summary>
/// Represents a link to one image, valid for every client that has the link. <see cref="ToString"/> does not show the
/// link.
/// </summary>
public sealed record ImageUrl
{
    /// <summary>
    /// Gets the link: relative to the host of the application, such as <c>/images/cats/tom.jpg?v=1…</c>, or absolute if
    /// <see cref="SignedUrlOptions.BaseUrl"/> or the provider is.
    /// </summary>
    public required Uri Url { get; init; }

    /// <summary>Gets the time at which the link stops being valid.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Returns the end of the validity, without the link.</summary>
    public override string ToString() => $"ImageUrl (until {ExpiresAt:u})";
}

/// <summary>Options of one link.</summary>
public sealed record ImageUrlOptions
{
    internal static ImageUrlOptions Default { get; } = new();

    /// <summary>Gets what the link allows; the default is <see cref="ImageAction.Read"/>.</summary>
    public ImageAction Action { get; init; }

    /// <summary>
    /// Gets the validity of the link, from 1 second to 366 days; the default is <see langword="null"/>:
    /// <see cref="SignedUrlOptions.ValidFor"/>.
    /// </summary>
    public TimeSpan? ValidFor { get; init; }

    /// <summary>
    /// Gets the version of the image that the link allows to read, such as <see cref="ImageInfo.ETag"/>. The link ends when
    /// the image is replaced or its metadata change. The default is <see langword="null"/>: the version that is current
    /// when the link is used.
    /// </summary>
    public ImageETag? Version { get; init; }

    /// <summary>
    /// Gets the file name under which browsers save the image; the default is <see langword="null"/>: browsers show the
    /// image.
    /// </summary>
    public string? DownloadName { get; init; }
}
