using ImageStorage.FileSystem.Naming;

namespace ImageStorage.FileSystem.Listing;

/// <summary>An entry of one folder in the tree of images.</summary>
/// <param name="Text">The key of an image, the text with which all keys of a folder begin, or the text of the folder
/// that contains a foreign entry.</param>
/// <param name="Name">The name of the entry.</param>
/// <param name="IsDirectory">Whether the entry is a folder.</param>
/// <param name="Kind">The kind of the name.</param>
internal readonly record struct FolderChild(string Text, string Name, bool IsDirectory, NamePartKind Kind) : IComparable<FolderChild>
{
    /// <summary>Gets a value that indicates whether the entry is a folder with images.</summary>
    public bool IsFolder => Kind is NamePartKind.Folder or NamePartKind.Continued;

    public bool IsForeign => Kind == NamePartKind.Foreign;

    /// <summary>Returns the entry with a name in a folder.</summary>
    /// <param name="front">The text with which the keys of the folder begin.</param>
    /// <param name="name">The name of the entry.</param>
    /// <param name="isDirectory">Whether the entry is a folder.</param>
    public static FolderChild Of(string front, ReadOnlySpan<char> name, bool isDirectory)
    {
        var part = ImagePaths.Decode(name, isDirectory);
        var text = part.Kind switch
        {
            NamePartKind.Foreign => front,
            NamePartKind.Folder => $"{front}{part.Text}/",
            _ => front + part.Text,
        };
        return new FolderChild(text, name.ToString(), isDirectory, part.Kind);
    }

    // Two entries may have the same text (the image a, and foreign files of a folder). The name makes the order total.
    public int CompareTo(FolderChild other) => string.CompareOrdinal(Text, other.Text) is var order and not 0 ? order : string.CompareOrdinal(Name, other.Name);
}
