namespace ImageStorage.Tool.Importing;

/// <summary>Something that a walk through a folder came upon.</summary>
/// <param name="Path">Where it lies, below the folder, with the separators of this machine.</param>
/// <param name="File">The file; null when it could not be looked at.</param>
/// <param name="Failure">Why not.</param>
/// <param name="IsUndecodable">Whether the name is not valid UTF-8, so that <paramref name="Path"/> names another file or none.</param>
internal sealed record ImportCandidate(string Path, FileInfo? File, Exception? Failure = null, bool IsUndecodable = false);
