using System.Text;

namespace ImageStorage.FileSystem.Naming;

/// <summary>
/// Where an image lies: a folder for each segment of its key and a file for the last one. <c>users/42/avatar.jpg</c> is
/// <c>images/users/42/avatar.jpg</c>.
/// </summary>
/// <remarks>
/// Three kinds of names must not meet, as <c>a</c>, <c>a/b</c>, <c>a.jpg</c> and <c>a.jpg/b</c> may all be images: a file
/// always has a dot (one without gets <c>.~</c> behind), a folder never has (it is escaped there). A segment longer than
/// <see cref="PieceLength"/> goes on in folders whose names end with <c>~</c>, so that names stay short enough for any
/// file system without losing anything.
/// </remarks>
internal static class ImagePaths
{
    public const string Root = "images";

    /// <summary>The longest encoded name, markers included; the strictest file system in use (eCryptfs) takes 143.</summary>
    public const int PieceLength = 120;

    private const string NoDotSuffix = ".~";

    // Every save and read builds a path; the buffer for it is kept.
    [ThreadStatic]
    private static StringBuilder? _spare;

    /// <summary>The path of an image.</summary>
    public static string Of(ImageKey key)
    {
        var text = key.Value.AsSpan();
        var path = (_spare ??= new StringBuilder()).Clear().Append(Root);
        while (true)
        {
            var slash = text.IndexOf('/');
            AppendSegment(path.Append('/'), slash < 0 ? text : text[..slash], isFile: slash < 0);
            if (slash < 0)
            {
                return path.ToString();
            }

            text = text[(slash + 1)..];
        }
    }

    /// <summary>What the name of an entry of a folder stands for.</summary>
    public static NamePart Decode(ReadOnlySpan<char> name, bool isDirectory)
    {
        if (isDirectory)
        {
            var continues = name.EndsWith("~");
            return !name.Contains('.') && NameCodec.TryDecode(continues ? name[..^1] : name, out var text) && text.Length > 0
                ? new NamePart(continues ? NamePartKind.Continued : NamePartKind.Folder, text)
                : default;
        }

        var bare = name.EndsWith(NoDotSuffix) ? name[..^NoDotSuffix.Length] : name;
        return name.Contains('.') && !bare.Contains('~') && NameCodec.TryDecode(bare, out var last) && last.Length > 0
            ? new NamePart(NamePartKind.Image, last)
            : default;
    }

    private static void AppendSegment(StringBuilder path, ReadOnlySpan<char> segment, bool isFile)
    {
        var start = path.Length;
        Encode(path, segment, isFile, isStart: true);
        if (path.Length - start <= PieceLength)
        {
            return;
        }

        // Too long: folders that each hold a piece, cut between two characters, then the rest.
        path.Length = start;
        var piece = new StringBuilder(PieceLength);
        var character = new StringBuilder(12);
        var pieceStart = 0;
        for (var i = 0; i < segment.Length;)
        {
            Rune.DecodeFromUtf16(segment[i..], out var rune, out var consumed);
            character.Clear();
            NameCodec.Append(character, rune, MustEscape(segment, i, consumed, isFile: false, isStart: i == pieceStart));
            if (piece.Length + character.Length >= PieceLength)
            {
                path.Append(piece).Append("~/");
                piece.Clear();
                pieceStart = i;
                continue;
            }

            piece.Append(character);
            i += consumed;
        }

        Encode(path, segment[pieceStart..], isFile, isStart: true);
    }

    private static void Encode(StringBuilder path, ReadOnlySpan<char> segment, bool isFile, bool isStart)
    {
        var start = path.Length;
        var escapeFirst = isStart && NameCodec.IsDeviceName(segment);
        for (var i = 0; i < segment.Length;)
        {
            Rune.DecodeFromUtf16(segment[i..], out var rune, out var consumed);
            NameCodec.Append(path, rune, (escapeFirst && i == 0) || MustEscape(segment, i, consumed, isFile, isStart: i == 0));
            i += consumed;
        }

        if (isFile && !Contains(path, start, '.'))
        {
            path.Append(NoDotSuffix);
        }
    }

    // A dot makes a file; Windows drops dots and spaces at an end, and a space in front is easily lost.
    private static bool MustEscape(ReadOnlySpan<char> segment, int index, int length, bool isFile, bool isStart)
    {
        var isEnd = index + length == segment.Length;
        return segment[index] switch
        {
            '.' => !isFile || isEnd,
            ' ' => isStart || isEnd,
            _ => false,
        };
    }

    private static bool Contains(StringBuilder text, int start, char c)
    {
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] == c)
            {
                return true;
            }
        }

        return false;
    }
}
