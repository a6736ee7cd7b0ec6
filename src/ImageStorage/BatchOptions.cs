namespace ImageStorage;

/// <summary>Options for a batch.</summary>
public sealed record BatchOptions
{
    internal static BatchOptions Default { get; } = new();

    /// <summary>Gets the maximum number of concurrent operations, 1 to 256. The default is 8.</summary>
    public int MaxConcurrency { get; init; } = 8;
}
