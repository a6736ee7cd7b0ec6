namespace ImageStorage;

/// <summary>
/// An open image: the record and the bytes of one version, whatever other callers write. Dispose the object to release
/// the file or connection. For one reader at a time.
/// </summary>
public sealed class StoredImage : IAsyncDisposable, IDisposable
{
    /// <summary>Creates an open image from a record and a stream.</summary>
    /// <param name="info">The version that the content belongs to.</param>
    /// <param name="content">The bytes of <paramref name="range"/>. This object owns the stream.</param>
    /// <param name="range">The first byte and the number of bytes that the content holds.</param>
    public StoredImage(ImageInfo info, Stream content, ResolvedRange range)
    {
        Info = info;
        Content = content;
        Range = range;
    }

    /// <summary>Gets the record of the image.</summary>
    public ImageInfo Info { get; }

    /// <summary>
    /// Gets the requested bytes. Every byte is verified before it is returned; reading altered or missing bytes throws
    /// <see cref="ImageCorruptedException"/>.
    /// </summary>
    public Stream Content { get; }

    /// <summary>Gets the range of the image that the content holds.</summary>
    public ResolvedRange Range { get; }

    /// <inheritdoc/>
    public void Dispose() => Content.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
