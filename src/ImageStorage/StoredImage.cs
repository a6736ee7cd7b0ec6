namespace ImageStorage;

/// <summary>
/// An image being read: its info and its bytes, both of the same version whatever is written meanwhile. Dispose it to
/// release the underlying file or connection.
/// </summary>
public sealed class StoredImage : IAsyncDisposable, IDisposable
{
    /// <summary>Joins info and content.</summary>
    /// <param name="info">The version that the content belongs to.</param>
    /// <param name="content">The bytes of <paramref name="range"/>; owned by this object from now on.</param>
    /// <param name="range">The first byte and the number of bytes that the content holds.</param>
    public StoredImage(ImageInfo info, Stream content, ResolvedRange range)
    {
        Info = info;
        Content = content;
        Range = range;
    }

    /// <summary>What is known of the image.</summary>
    public ImageInfo Info { get; }

    /// <summary>
    /// The bytes asked for. Every byte was checked before it is handed out: reading altered or missing bytes throws
    /// <see cref="ImageCorruptedException"/>.
    /// </summary>
    public Stream Content { get; }

    /// <summary>Which bytes of the image the content holds: all of them unless a range was asked for.</summary>
    public ResolvedRange Range { get; }

    /// <inheritdoc/>
    public void Dispose() => Content.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
