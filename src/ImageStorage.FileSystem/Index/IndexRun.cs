namespace ImageStorage.FileSystem.Index;

/// <summary>What the manifest says of a run.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Blocks">How many blocks it has.</param>
/// <param name="Records">How many records it has.</param>
/// <param name="StaleMarkers">How many of them are staleMarkers.</param>
/// <param name="FirstTicks">The time of its first record.</param>
/// <param name="LastTicks">The time of its last record.</param>
internal readonly record struct IndexRun(Guid Id, int Blocks, long Records, long StaleMarkers, long FirstTicks, long LastTicks)
{
    public long Length => (long)Blocks * RunFormat.BlockLength;
}
