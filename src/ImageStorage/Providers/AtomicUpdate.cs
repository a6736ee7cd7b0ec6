namespace ImageStorage.Providers;

/// <summary>Changes the record of an image in an atomic commit.</summary>
/// <param name="Key">The image.</param>
/// <param name="Update">The change and its precondition.</param>
public sealed record AtomicUpdate(ImageKey Key, ImageUpdate Update) : AtomicWrite;
