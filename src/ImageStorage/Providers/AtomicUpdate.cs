namespace ImageStorage.Providers;

/// <summary>Changes what is known of an image.</summary>
/// <param name="Key">The image.</param>
/// <param name="Update">The change, with its precondition.</param>
public sealed record AtomicUpdate(ImageKey Key, ImageUpdate Update) : AtomicWrite;
