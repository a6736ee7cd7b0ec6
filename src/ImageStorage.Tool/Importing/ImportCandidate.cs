namespace ImageStorage.Tool.Importing;

/// <summary>An entry of a walk through a folder.</summary>
/// <param name="Path">The path below the folder, with the separators of this machine.</param>
/// <param name="File">The file; null if the file could not be examined.</param>
/// <param name="Failure">The failure of the examination.</param>
/// <param name="IsUndecodable">True if the name is not valid UTF-8, so that <paramref name="Path"/> names another file
/// or none.</param>
internal sealed record ImportCandidate(string Path, FileInfo? File, Exception? Failure = null, bool IsUndecodable = false);
