namespace ImageStorage.FileSystem.Naming;

/// <summary>The decoded name of an entry in the tree of images.</summary>
/// <param name="Kind">The kind of the name.</param>
/// <param name="Text">The decoded part of the key.</param>
internal readonly record struct NamePart(NamePartKind Kind, string Text);

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
