namespace ImageStorage.FileSystem.Volumes;

/// <summary>
/// The identity of a file or folder, which distinguishes it from every other, and from a later one with the same name.
/// </summary>
/// <param name="Device">The file system.</param>
/// <param name="Number">The number in that file system, which may be reused after the file is deleted.</param>
/// <param name="Born">The time of creation, in the finest unit of the file system.</param>
/// <param name="IsCertain">Whether the file system records the time of creation. Otherwise a later file may have the
/// same identity.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Number, long Born, bool IsCertain = true);
