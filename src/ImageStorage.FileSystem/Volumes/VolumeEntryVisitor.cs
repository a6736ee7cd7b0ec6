namespace ImageStorage.FileSystem.Volumes;

/// <summary>Visits one entry of a folder. A link is never reported as a folder.</summary>
internal delegate void VolumeEntryVisitor(ReadOnlySpan<char> name, bool isDirectory);
