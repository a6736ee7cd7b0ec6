namespace ImageStorage.Providers;

/// <summary>
/// The bytes of an image to store. A provider reads the pieces once, in order. A piece belongs to the content, not to
/// the reader, so the content can hash a piece on another core while the provider writes the same piece.
/// </summary>
public abstract class ImageContent
{
    /// <summary>Gets the exact number of bytes; null if unknown. Reading another number of bytes fails.</summary>
    public abstract long? Length { get; }

    /// <summary>
    /// Returns the next piece; an empty piece is the end. A piece is read-only, valid until the next call, and at most
    /// 512 KiB long.
    /// </summary>
    /// <exception cref="ImageSourceException">The source failed.</exception>
    /// <exception cref="ImageValidationException">The source is shorter or longer than declared, or longer than
    /// allowed.</exception>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns the digest of all bytes. Call this method only after <see cref="ReadAsync"/> has returned the empty
    /// piece.
    /// </summary>
    public abstract ValueTask<ContentDigest> GetDigestAsync();

    /// <summary>
    /// Gets a value indicating whether the content can be read again from its first byte, to repeat a write. True for a
    /// seekable source and for a small source in memory. The value may become false while the content is read.
    /// </summary>
    public virtual bool CanRewind => false;

    /// <summary>Returns to the first byte. Pieces that were returned before are no longer valid.</summary>
    /// <exception cref="NotSupportedException"><see cref="CanRewind"/> is false.</exception>
    /// <exception cref="ImageSourceException">The source failed.</exception>
    public virtual ValueTask RewindAsync(CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This content can be read only once: check CanRewind first.");
}
