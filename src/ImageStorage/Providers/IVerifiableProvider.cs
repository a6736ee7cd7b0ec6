namespace ImageStorage.Providers;

/// <summary>The ability to verify all stored data, including data that a listing does not show.</summary>
[TransparentAbility]
public interface IVerifiableProvider
{
    /// <summary>
    /// Reads every byte in the range of the options. Returns one item for each image, retained version and document,
    /// sound or not, and one item for each orphan and each stray. Safe during reads and writes. The time is linear in
    /// the stored data, and the memory does not grow with their number.
    /// </summary>
    /// <remarks>
    /// Images come first, in the ordinal order of their keys, so that a job that was interrupted continues with
    /// <see cref="VerificationOptions.After"/>. Retained versions, documents, orphans and strays follow.
    /// </remarks>
    /// <param name="options">The range; null for everything.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    /// <exception cref="StorageUnavailableException">The provider, or one of its parts, is unavailable. The verification
    /// is not complete.</exception>
    IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, CancellationToken cancellationToken = default);
}

/// <summary>The range of a verification.</summary>
public sealed record VerificationOptions
{
    /// <summary>
    /// Gets the key after which the verification begins, which need not exist; null, the default, for the first image.
    /// Retained versions, documents, orphans and strays are verified as without a key.
    /// </summary>
    public ImageKey? After { get; init; }

    /// <summary>
    /// Gets the text that the keys begin with, ordinal; null, the default, for all keys. With a prefix, only images are
    /// verified.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// Gets a value that indicates whether images and retained versions are verified; the default is <see langword="true"/>.
    /// </summary>
    public bool Images { get; init; } = true;

    /// <summary>Gets a value that indicates whether documents are verified; the default is <see langword="true"/>.</summary>
    public bool Documents { get; init; } = true;
}
