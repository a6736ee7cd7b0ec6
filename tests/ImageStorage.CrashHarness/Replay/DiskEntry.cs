namespace ImageStorage.CrashHarness.Replay;

/// <summary>The object of a name.</summary>
/// <param name="Inode">The file; 0 for a folder, and for a file that existed at the start.</param>
/// <param name="Origin">The file that existed at the start; otherwise null.</param>
internal sealed record DiskEntry(ulong Inode, string? Origin = null)
{
    public bool IsFolder => Inode == 0 && Origin is null;
}
