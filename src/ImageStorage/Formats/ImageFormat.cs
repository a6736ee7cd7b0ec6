namespace ImageStorage.Providers;

/// <summary>
/// An image format that the library detects from the bytes and whose header the library reads without decoding. Derive
/// a class to accept another format, such as TIFF, and add an instance to the validation options.
/// </summary>
/// <remarks>
/// Implementations are immutable and thread-safe. Neither <see cref="Matches"/> nor <see cref="ReadHeader"/> may throw,
/// whatever the bytes are, and the time of both is at most linear in the length of the head.
/// </remarks>
public abstract class ImageFormat
{
    /// <summary>Gets the name for messages, such as "JPEG".</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Gets the content type of stored images, in lower case and without parameters, such as "image/jpeg".
    /// </summary>
    public abstract string ContentType { get; }

    /// <summary>
    /// Gets the extensions of file names, in lower case with a dot, such as ".jpg"; never empty, the preferred
    /// extension first.
    /// </summary>
    public abstract IReadOnlyList<string> FileExtensions { get; }

    /// <summary>
    /// Gets the maximum number of bytes from the start of the content that <see cref="Matches"/> reads.
    /// </summary>
    public abstract int SignatureLength { get; }

    /// <summary>
    /// Returns whether content that begins with <paramref name="head"/> has the signature of this format. A head that
    /// is too short for the signature does not match.
    /// </summary>
    /// <param name="head">
    /// The first <see cref="SignatureLength"/> bytes of the content, or all bytes of shorter content.
    /// </param>
    public abstract bool Matches(ReadOnlySpan<byte> head);

    /// <summary>
    /// Reads and checks the header without decoding, so pixels after a sound header may be damaged. The caller applies
    /// the limits on dimensions and on the length of the head.
    /// </summary>
    /// <param name="head">The first bytes of the content.</param>
    /// <param name="contentEnds">
    /// <see langword="true"/> if <paramref name="head"/> is the complete content. The result is then never
    /// <see cref="ImageHeaderState.NeedMore"/>.
    /// </param>
    /// <param name="contentLength">
    /// The length of the complete content, or null if the length is unknown. With the length, content that is cut off
    /// can be refused.
    /// </param>
    /// <returns>
    /// The header, a refusal, or the required length of the head, which is greater than the length of
    /// <paramref name="head"/>. The result depends only on the arguments. A longer head of the same content never
    /// changes a header, or a refusal into a header. A longer head may add the orientation and the number of frames,
    /// and never changes them.
    /// </returns>
    public abstract ImageHeaderResult ReadHeader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength);

    /// <summary>Returns the <see cref="Name"/>.</summary>
    public sealed override string ToString() => Name;
}
