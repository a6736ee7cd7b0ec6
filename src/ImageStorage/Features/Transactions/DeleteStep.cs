namespace ImageStorage;

/// <summary>Deletes an image. Deleting an image that does not exist succeeds.</summary>
/// <param name="Key">The key of the image.</param>
/// <param name="Options">The options, such as a precondition; <see langword="null"/> for the defaults.</param>
public sealed record DeleteStep(ImageKey Key, DeleteOptions? Options = null) : TransactionStep;
