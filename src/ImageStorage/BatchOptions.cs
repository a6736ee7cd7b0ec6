namespace ImageStorage;

/// <summary>How a batch runs.</summary>
public sealed record BatchOptions
{
    internal static BatchOptions Default { get; } = new();

    /// <summary>How many items are worked on at once, 1 to 256; 8 unless said otherwise.</summary>
    public int MaxConcurrency { get; init; } = 8;
}
