namespace ImageStorage;

/// <summary>How far a preload is.</summary>
/// <param name="Done">How many images it is done with, whatever came of them.</param>
/// <param name="Bytes">How many bytes it has read into the cache.</param>
public sealed record PreloadProgress(long Done, long Bytes);
