namespace ImageStorage.FileSystem.Volumes;

/// <summary>What tells a file or folder from every other one, and from a later one of the same name.</summary>
/// <param name="Device">The file system that holds it.</param>
/// <param name="Number">Its number in that file system, which may be used again after the file is deleted.</param>
/// <param name="Born">When it was created, in the finest unit that the file system has.</param>
/// <param name="IsCertain">False where the file system does not record the time of creation, so that a later file may look the same.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Number, long Born, bool IsCertain = true);
