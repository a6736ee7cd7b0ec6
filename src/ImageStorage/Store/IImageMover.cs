namespace ImageStorage.Store;

/// <summary>Moves images. The transactions implement this contract, because a move is a transaction.</summary>
internal interface IImageMover
{
    /// <inheritdoc cref="IImageStorage.MoveAsync"/>
    Task<ImageInfo> MoveAsync(ImageKey source, ImageKey target, CopyOptions options, CancellationToken cancellationToken);
}
