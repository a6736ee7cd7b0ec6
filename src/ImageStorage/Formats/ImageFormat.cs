namespace ImageStorage.Providers;

/// <summary>
/// One image format that the library recognises from the bytes alone and whose header it can read without decoding.
/// Derive from it to allow a further format (TIFF, say) and add it to the validation options.
/// </summary>
/// <remarks>
/// Implementations are immutable and used by many threads at once. The bytes come from anywhere: neither
/// <see cref="Matches"/> nor <see cref="ReadHeader"/> may throw on any of them, and the time of both is at most linear in the length of the head.
/// </remarks>
public abstract class ImageFormat
{
    /// <summary>The name that messages use, such as "JPEG".</summary>
    public abstract string Name { get; }

    /// <summary>The media type under which an image is stored, in lower case and without parameters, such as "image/jpeg".</summary>
    public abstract string ContentType { get; }

    /// <summary>The extensions of file names with their dot, in lower case, such as ".jpg" and ".jpeg"; never empty, the preferred one first.</summary>
    public abstract IReadOnlyList<string> FileExtensions { get; }

    /// <summary>The most bytes from the start of the content that <see cref="Matches"/> looks at.</summary>
    public abstract int SignatureLength { get; }

    /// <summary>
    /// Whether content that begins with <paramref name="head"/> claims to be of this format. The caller gives
    /// <see cref="SignatureLength"/> bytes, or fewer only if the content has no more; a head too short for the signature does not match.
    /// </summary>
    public abstract bool Matches(ReadOnlySpan<byte> head);

    /// <summary>
    /// Reads the header: that it is sound, and the dimensions. It decodes nothing, so pixel data may still be damaged behind a sound header.
    /// Limits on dimensions and on the length of the head are the caller's.
    /// </summary>
    /// <param name="head">The first bytes of the content, as many as are at hand.</param>
    /// <param name="contentEnds">Whether <paramref name="head"/> is the whole content. Then the answer is never <see cref="ImageHeaderState.NeedMore"/>.</param>
    /// <param name="contentLength">
    /// The length of the whole content, or null if it is not known. With it, content that is cut off is refused where the header
    /// tells how far the image data reach.
    /// </param>
    /// <returns>
    /// The header, a refusal, or the length of head that is needed, which is greater than that of <paramref name="head"/>. The answer depends
    /// on nothing but the arguments; a longer head of the same content never turns a header into another or a refusal into a header.
    /// </returns>
    public abstract ImageHeaderResult ReadHeader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength);

    /// <summary>The <see cref="Name"/>.</summary>
    public sealed override string ToString() => Name;
}
