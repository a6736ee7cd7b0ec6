namespace ImageStorage;

/// <summary>An image of a batch of saves.</summary>
public sealed record SaveRequest
{
    /// <summary>
    /// Creates a request whose source is opened when its turn comes and disposed afterwards, for batches of any size.
    /// </summary>
    /// <param name="key">The key of the image.</param>
    /// <param name="openContent">Opens the source.</param>
    /// <param name="options">The options of the save; null for the defaults.</param>
    public SaveRequest(ImageKey key, Func<CancellationToken, ValueTask<Stream>> openContent, SaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(openContent);
        Key = key;
        OpenContent = openContent;
        Options = options;
        OwnsContent = true;
    }

    /// <summary>Creates a request with an open source. The source is not disposed.</summary>
    /// <param name="key">The key of the image.</param>
    /// <param name="content">The source, read from its current position.</param>
    /// <param name="options">The options of the save; null for the defaults.</param>
    public SaveRequest(ImageKey key, Stream content, SaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        Key = key;
        OpenContent = _ => ValueTask.FromResult(content);
        Options = options;
    }

    /// <summary>Gets the key of the image.</summary>
    public ImageKey Key { get; }

    /// <summary>Gets the function that opens the source.</summary>
    public Func<CancellationToken, ValueTask<Stream>> OpenContent { get; }

    /// <summary>Gets the options of the save; null for the defaults.</summary>
    public SaveOptions? Options { get; }

    internal bool OwnsContent { get; }

    /// <summary>Opens the source.</summary>
    /// <exception cref="ImageSourceException">The function of the caller returned null.</exception>
    internal async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken) =>
        await OpenContent(cancellationToken).ConfigureAwait(false)
        ?? throw new ImageSourceException($"The function that opens the source of image '{Key}' returned null: return a stream. Nothing was stored.") { Key = Key };
}
