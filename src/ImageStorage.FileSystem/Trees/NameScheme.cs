namespace ImageStorage.FileSystem.Trees;

/// <summary>Defines how the names of a <see cref="NameTree"/> are ordered and distributed over folders.</summary>
/// <param name="Comparer">The order of names. Names that differ in their first <paramref name="SpreadLength"/>
/// characters must be in ordinal order.</param>
/// <param name="FirstChunk">The number of characters that a folder directly below the root represents.</param>
/// <param name="SpreadLength">The maximum number of characters of a name that become folders. Each folder below the
/// first represents one character.</param>
internal sealed record NameScheme(IComparer<string> Comparer, int FirstChunk, int SpreadLength)
{
    // The mark distinguishes names from folders and from Windows device names.
    private const char FileMark = '=';
    private const char FolderMark = '~';

    /// <summary>
    /// Returns the prefix of a name that leads to the folder at a depth (1 is below the root), or <see
    /// langword="null"/> if the name is too short.
    /// </summary>
    public string? PrefixAt(string name, int level)
    {
        var length = FirstChunk + level - 1;
        return length <= Math.Min(SpreadLength, name.Length) ? name[..length] : null;
    }

    /// <summary>Returns the name of the folder for a prefix.</summary>
    public string FolderName(string prefix) => ToDisk(prefix[(prefix.Length > FirstChunk ? prefix.Length - 1 : 0)..]) + FolderMark;

    public static string FileName(string name) => FileMark + ToDisk(name);

    public static bool TryReadFile(ReadOnlySpan<char> entry, out string name)
    {
        name = entry.Length > 1 && entry[0] == FileMark ? entry[1..].ToString().Replace('!', '/') : string.Empty;
        return name.Length > 0;
    }

    public bool TryReadFolder(ReadOnlySpan<char> entry, string parentPrefix, out string prefix)
    {
        prefix = string.Empty;
        if (entry.Length < 2 || entry[^1] != FolderMark || entry.Length - 1 != (parentPrefix.Length == 0 ? FirstChunk : 1))
        {
            return false;
        }

        prefix = parentPrefix + entry[..^1].ToString().Replace('!', '/');
        return true;
    }

    // '/' is the only character of names that a file name cannot contain, and names do not contain '!'.
    private static string ToDisk(string text) => text.Replace('/', '!');
}
