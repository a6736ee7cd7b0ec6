namespace ImageStorage.Tool.Output;

/// <summary>Prints a list of images page by page.</summary>
internal interface IImageListing : IAsyncDisposable
{
    /// <summary>Prints the images of a page.</summary>
    void Add(IReadOnlyList<ImageInfo> images);

    /// <summary>Ends the list.</summary>
    /// <param name="count">The number of images.</param>
    /// <param name="more">True if the limit left out images.</param>
    /// <param name="cancellationToken">Ends the output.</param>
    Task CompleteAsync(long count, bool more, CancellationToken cancellationToken);
}
