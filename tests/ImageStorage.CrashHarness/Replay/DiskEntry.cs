namespace ImageStorage.CrashHarness.Replay;

/// <summary>What a name stands for.</summary>
/// <param name="Inode">The file; 0 for a folder, and for a file that was there from the start.</param>
/// <param name="Origin">The file that was there from the start; null otherwise.</param>
internal sealed record DiskEntry(ulong Inode, string? Origin = null)
{
    public bool IsFolder => Inode == 0 && Origin is null;
}
