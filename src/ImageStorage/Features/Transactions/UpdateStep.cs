namespace ImageStorage;

/// <summary>Changes the metadata, tags or file name of an image.</summary>
/// <param name="Key">The key of the image.</param>
/// <param name="Update">The change.</param>
public sealed record UpdateStep(ImageKey Key, ImageUpdate Update) : TransactionStep;
