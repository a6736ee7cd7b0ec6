namespace ImageStorage.CrashHarness.Replay;

/// <summary>A change of names that was made and may not have reached the medium.</summary>
/// <param name="At">The index of the event that ended it.</param>
/// <param name="Path">The name that appears or goes.</param>
/// <param name="Source">The name that it had before, which goes when this appears; null unless it was moved.</param>
/// <param name="Entry">What appears; null when the name goes.</param>
internal sealed record PendingChange(int At, string Path, string? Source, DiskEntry? Entry)
{
    /// <summary>The folder whose flush makes it durable.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;
}
