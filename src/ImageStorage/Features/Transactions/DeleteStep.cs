namespace ImageStorage;

/// <summary>Deletes an image; deleting what is not there succeeds.</summary>
/// <param name="Key">The image.</param>
/// <param name="Options">With a precondition, or null.</param>
public sealed record DeleteStep(ImageKey Key, DeleteOptions? Options = null) : TransactionStep;
