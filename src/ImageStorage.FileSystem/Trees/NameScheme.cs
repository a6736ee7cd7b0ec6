namespace ImageStorage.FileSystem.Trees;

/// <summary>How the names of a <see cref="NameTree"/> are ordered and spread over folders.</summary>
/// <param name="Comparer">The order of names. Names that differ in their first <paramref name="SpreadLength"/> characters must be in ordinal order.</param>
/// <param name="FirstChunk">How many characters the folders below the root stand for.</param>
/// <param name="SpreadLength">How many characters of a name may become folders; each folder below the first stands for one.</param>
internal sealed record NameScheme(IComparer<string> Comparer, int FirstChunk, int SpreadLength)
{
    // The mark keeps names apart from folders and from Windows device names.
    private const char FileMark = '=';
    private const char FolderMark = '~';

    /// <summary>The front of a name that leads to a folder of a level (1 is below the root), or null when the name is too short for it.</summary>
    public string? PrefixAt(string name, int level)
    {
        var length = FirstChunk + level - 1;
        return length <= Math.Min(SpreadLength, name.Length) ? name[..length] : null;
    }

    /// <summary>The name of the folder that stands for a front of names.</summary>
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

    // '/' is the one character of names that cannot stand in a file name, '!' one that names do not have.
    private static string ToDisk(string text) => text.Replace('/', '!');
}
