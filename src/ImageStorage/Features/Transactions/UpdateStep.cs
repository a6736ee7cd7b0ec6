namespace ImageStorage;

/// <summary>Changes what is known of an image.</summary>
/// <param name="Key">The image.</param>
/// <param name="Update">The change.</param>
public sealed record UpdateStep(ImageKey Key, ImageUpdate Update) : TransactionStep;
