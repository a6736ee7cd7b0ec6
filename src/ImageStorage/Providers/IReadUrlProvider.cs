namespace ImageStorage.Providers;

/// <summary>The ability to hand out an address under which whoever has it reads one image from the backend itself, for a short time.</summary>
public interface IReadUrlProvider
{
    /// <summary>
    /// Makes an address that allows reading one image, and nothing else. It leads to the version that is stored now, or, where
    /// the backend cannot pin one, to whatever is stored when it is used. What layers do to the bytes is not undone, and the backend may send a few bytes of the store's own behind
    /// those of the image, which decoders ignore.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="validFor">For how long, 1 second to 6 days; minutes are what it is for.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The address, which is a secret while it is valid; null when there is no such image.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is out of range.</exception>
    /// <exception cref="StorageNotSupportedException">The provider was not given what it takes to sign.</exception>
    Task<SignedReadUrl?> CreateReadUrlAsync(ImageKey key, TimeSpan validFor, CancellationToken cancellationToken = default);
}
