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

    /// <summary>
    /// Gets a number that orders entries of one folder as their texts do. Entries with the same number are ordered by their
    /// texts.
    /// </summary>
    public ulong Order { get; private init; }

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
            _ => front.Length == 0 ? part.Text : front + part.Text,
        };
        return new FolderChild(text, name.SequenceEqual(part.Text) ? part.Text : name.ToString(), isDirectory, part.Kind) { Order = OrderOf(text.AsSpan(front.Length)) };
    }

    // Two entries may have the same text (the image a, and foreign files of a folder). The name makes the order total.
    public int CompareTo(FolderChild other)
    {
        if (Order != other.Order)
        {
            return Order < other.Order ? -1 : 1;
        }

        return string.CompareOrdinal(Text, other.Text) is var order and not 0 ? order : string.CompareOrdinal(Name, other.Name);
    }

    // The first characters as a number, whose order is the order of the texts. A character above a byte ends the number,
    // because its rest is unknown.
    private static ulong OrderOf(ReadOnlySpan<char> text)
    {
        var order = 0UL;
        for (var i = 0; i < sizeof(ulong) && i < text.Length; i++)
        {
            var value = Math.Min(text[i], (char)byte.MaxValue);
            order |= (ulong)value << (8 * (sizeof(ulong) - 1 - i));
            if (value == byte.MaxValue)
            {
                break;
            }
        }

        return order;
    }
}
