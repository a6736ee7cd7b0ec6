namespace ImageStorage.FileSystem.Naming;

/// <summary>The kinds of names in the tree of images.</summary>
internal enum NamePartKind
{
    /// <summary>A name that the library did not make.</summary>
    Foreign,

    /// <summary>The last segment of a key, or the rest of it.</summary>
    Image,

    /// <summary>A segment that other segments follow, or the rest of it.</summary>
    Folder,

    /// <summary>A piece of a segment that goes on inside.</summary>
    Continued,
}
