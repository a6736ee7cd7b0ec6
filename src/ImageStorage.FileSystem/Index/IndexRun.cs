namespace ImageStorage.FileSystem.Index;

/// <summary>A run, as described by the manifest.</summary>
/// <param name="Id">The id, which is the name of the file.</param>
/// <param name="Blocks">The number of blocks.</param>
/// <param name="Records">The number of records, including stale markers.</param>
/// <param name="StaleMarkers">The number of stale markers.</param>
/// <param name="FirstTicks">The time of the first record.</param>
/// <param name="LastTicks">The time of the last record.</param>
internal readonly record struct IndexRun(Guid Id, int Blocks, long Records, long StaleMarkers, long FirstTicks, long LastTicks)
{
    public long Length => (long)Blocks * RunFormat.BlockLength;
}
