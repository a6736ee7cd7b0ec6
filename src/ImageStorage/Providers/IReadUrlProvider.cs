namespace ImageStorage.Providers;

/// <summary>
/// The ability to create a signed address, with which a client reads one image directly from the backend for a short
/// time.
/// </summary>
public interface IReadUrlProvider
{
    /// <summary>
    /// Creates an address that allows reading one image. The address leads to the version that is stored now; if the
    /// backend cannot pin a version, to the version at the time of the request. Encodings of layers are not reversed.
    /// The backend may send a few bytes of the store after those of the image, which decoders ignore.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="validFor">The validity, 1 second to 6 days. Minutes are usual.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The address, which is a secret while it is valid; null if there is no image.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The validity is out of range.</exception>
    /// <exception cref="StorageNotSupportedException">The provider has no credentials to sign with.</exception>
    Task<SignedReadUrl?> CreateReadUrlAsync(ImageKey key, TimeSpan validFor, CancellationToken cancellationToken = default);
}
