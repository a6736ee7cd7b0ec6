namespace ImageStorage.FileSystem.ImageFiles;

/// <summary>The status of the trailer of a file.</summary>
internal enum TrailerStatus
{
    /// <summary>There is no trailer: the file was truncated, or the library did not write it.</summary>
    Missing,

    /// <summary>A newer version of the library wrote the file.</summary>
    Newer,

    /// <summary>The lengths in the trailer contradict the file.</summary>
    Damaged,

    /// <summary>The trailer matches the length of the file.</summary>
    Sound,
}
