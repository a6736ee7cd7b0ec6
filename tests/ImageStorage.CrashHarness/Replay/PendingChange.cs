namespace ImageStorage.CrashHarness.Replay;

/// <summary>A change of names that may not have reached the medium.</summary>
/// <param name="At">The index of the event that ended it.</param>
/// <param name="Path">The name that is added or removed.</param>
/// <param name="Source">The previous name, removed by a rename; otherwise null.</param>
/// <param name="Entry">The added object; null for a removed name.</param>
internal sealed record PendingChange(int At, string Path, string? Source, DiskEntry? Entry)
{
    /// <summary>Gets the folder whose flush makes the change durable.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;
}
