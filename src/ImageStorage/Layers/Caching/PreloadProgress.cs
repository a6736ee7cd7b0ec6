namespace ImageStorage;

/// <summary>The progress of a preload.</summary>
/// <param name="Done">The number of images that were processed, with any outcome.</param>
/// <param name="Bytes">The number of bytes that were read into the cache.</param>
public sealed record PreloadProgress(long Done, long Bytes);
