namespace ImageStorage.FileSystem.Volumes;

/// <summary>A path below the root contains a symbolic link, which is never followed.</summary>
internal sealed class LinkRefusedException(string path)
    : IOException($"'{path}' contains a symbolic link, which is not followed.");
