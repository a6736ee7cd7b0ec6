namespace ImageStorage.FileSystem.Naming;

/// <summary>The kinds of names in the tree of images.</summary>
internal enum NamePartKind
{
    /// <summary>A name that the library does not write.</summary>
    Foreign,

    /// <summary>The last segment of a key, or the rest of this segment.</summary>
    Image,

    /// <summary>A segment before the last, or the rest of this segment.</summary>
    Folder,

    /// <summary>A piece of a segment that continues inside the folder.</summary>
    Continued,
}
