namespace ImageStorage.Tool.Output;

/// <summary>One way to print a list of images, page by page.</summary>
internal interface IImageListing : IAsyncDisposable
{
    /// <summary>Prints some more images.</summary>
    void Add(IReadOnlyList<ImageInfo> images);

    /// <summary>Ends the list.</summary>
    /// <param name="count">How many images it has.</param>
    /// <param name="more">Are there images that the limit left out?</param>
    /// <param name="cancellationToken">Ends the output.</param>
    Task CompleteAsync(long count, bool more, CancellationToken cancellationToken);
}
