namespace ImageStorage.FileSystem.ImageFiles;

/// <summary>What the end of a file says.</summary>
internal enum TrailerStatus
{
    /// <summary>No trailer: the file was cut short, or is none of ours.</summary>
    Missing,

    /// <summary>Written by a newer version of the library.</summary>
    Newer,

    /// <summary>A trailer whose lengths contradict the file.</summary>
    Damaged,

    /// <summary>A trailer that fits the file.</summary>
    Sound,
}
