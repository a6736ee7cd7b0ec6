namespace ImageStorage.Providers;

/// <summary>
/// The bytes of an image on their way into a provider: read once, front to back, in pieces that belong to the content
/// and not to the reader. That lets the content hash a piece on another core while the provider writes the same piece.
/// </summary>
public abstract class ImageContent
{
    /// <summary>The exact number of bytes, when it is known beforehand; reading another number fails.</summary>
    public abstract long? Length { get; }

    /// <summary>
    /// The next piece, empty at the end. It is valid until the next call, read-only, and at most 512 KiB long.
    /// </summary>
    /// <exception cref="ImageSourceException">The source failed.</exception>
    /// <exception cref="ImageValidationException">The source is shorter or longer than declared, or longer than allowed.</exception>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>The digest of all bytes; call it only after <see cref="ReadAsync"/> has returned the empty piece.</summary>
    public abstract ValueTask<ContentDigest> GetDigestAsync();

    /// <summary>
    /// Can it be read from its first byte again, as a write that is tried once more needs? True of a seekable source and of a small one that is held whole;
    /// it may become false while the content is read.
    /// </summary>
    public virtual bool CanRewind => false;

    /// <summary>Goes back to the first byte. No piece that was given out before may be used any more.</summary>
    /// <exception cref="NotSupportedException"><see cref="CanRewind"/> is false.</exception>
    /// <exception cref="ImageSourceException">The source failed.</exception>
    public virtual ValueTask RewindAsync(CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This content can be read only once: ask CanRewind before.");
}
