namespace ImageStorage;

/// <summary>How images are read into a cache beforehand.</summary>
public sealed record PreloadOptions
{
    internal static PreloadOptions Default { get; } = new();

    /// <summary>How many images are read at once, 1 to 256; 3 unless said otherwise.</summary>
    public int MaxConcurrency { get; init; } = 3;
}
