namespace ImageStorage.Providers;

/// <summary>
/// The bytes of an image on their way into a provider, read once from the first byte to the last, in pieces that belong
/// to the content and not to the reader. The content can therefore hash a piece on another core while the provider
/// writes the same piece.
/// </summary>
public abstract class ImageContent
{
    /// <summary>
    /// Gets the exact number of bytes, or null if the number is unknown. Reading another number of bytes fails.
    /// </summary>
    public abstract long? Length { get; }

    /// <summary>
    /// Gets the time that the content has waited for its source; <see langword="null"/> if the time is not measured.
    /// </summary>
    internal virtual TimeSpan? Waited => null;

    /// <summary>
    /// Reads the next piece, which is empty at the end. A piece is read-only, valid until the next call, and at most
    /// 512 KiB long.
    /// </summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="ImageSourceException">The source failed.</exception>
    /// <exception cref="ImageValidationException">
    /// The source is shorter or longer than declared, or longer than allowed.
    /// </exception>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns the digest of all bytes. Call only after <see cref="ReadAsync"/> has returned the empty piece.
    /// </summary>
    public abstract ValueTask<ContentDigest> GetDigestAsync();

    /// <summary>
    /// Gets a value that indicates whether the content can be read again from its first byte, which a retry of a write
    /// needs. True for a seekable source and for a small source that is in memory. The value may become false while the
    /// content is read.
    /// </summary>
    public virtual bool CanRewind => false;

    /// <summary>Returns to the first byte. Pieces that were returned before become invalid.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NotSupportedException"><see cref="CanRewind"/> is false.</exception>
    /// <exception cref="ImageSourceException">The source failed.</exception>
    public virtual ValueTask RewindAsync(CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This content can be read only once: check CanRewind before.");
}
