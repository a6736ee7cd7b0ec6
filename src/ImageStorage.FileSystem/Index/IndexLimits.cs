namespace ImageStorage.FileSystem.Index;

/// <summary>When the index is put in order. The tests make it small, so that everything happens in a few saves.</summary>
internal sealed record IndexLimits
{
    public static IndexLimits Default { get; } = new();

    /// <summary>A log is closed when it has grown to this; every listing reads the logs whole. A run that is no longer is merged each time.</summary>
    public int LogLength { get; init; } = 32 << 10;

    /// <summary>So many logs of ended processes are merged when a store is opened.</summary>
    public int MaxLogs { get; init; } = 8;

    /// <summary>So many staleMarkers, or entries passed over by listings, are worth a merge of everything; in large indexes it takes an eighth of the records.</summary>
    public int MinStaleMarkers { get; init; } = 1024;

    /// <summary>How many images a rebuilding sorts at once.</summary>
    public int RebuildBatchLength { get; init; } = 16 << 10;
}
