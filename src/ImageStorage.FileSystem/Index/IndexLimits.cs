namespace ImageStorage.FileSystem.Index;

/// <summary>
/// The sizes at which logs and runs are merged. Tests use small limits, so that a few saves reach all of them.
/// </summary>
internal sealed record IndexLimits
{
    public static IndexLimits Default { get; } = new();

    /// <summary>
    /// Gets the length in bytes at which a log is closed. Every listing reads all logs completely. A merge always takes
    /// runs that are not longer. The default is 32 KiB.
    /// </summary>
    public int LogLength { get; init; } = 32 << 10;

    /// <summary>Gets the number of logs at which the opening of a store requests a merge. The default is 8.</summary>
    public int MaxLogs { get; init; } = 8;

    /// <summary>
    /// Gets the minimum number of stale markers, or of entries that listings skipped, for a merge of everything. A
    /// large index needs an eighth of its records. The default is 1,024.
    /// </summary>
    public int MinStaleMarkers { get; init; } = 1024;

    /// <summary>Gets the number of images that a rebuild sorts in memory at once. The default is 16,384.</summary>
    public int RebuildBatchLength { get; init; } = 16 << 10;
}
