using System.Buffers;
using System.Text;

namespace ImageStorage.FileSystem.Naming;

/// <summary>
/// Maps keys to paths and back: a folder for each segment of a key, and a file for the last segment.
/// <c>users/42/avatar.jpg</c> is stored as <c>images/users/42/avatar.jpg</c>.
/// </summary>
/// <remarks>
/// Three kinds of names must be distinct, because <c>a</c>, <c>a/b</c>, <c>a.jpg</c> and <c>a.jpg/b</c> may all be
/// images. The name of a file always has a dot (<c>.~</c> is appended if there is none), the name of a folder never has
/// one (dots are escaped). A segment longer than <see cref="PieceLength"/> continues in folders whose names end with
/// <c>~</c>, so that names fit any file system. Upper-case letters are stored in lower case, and a <see
/// cref="CaseMask"/> before the extension records them: <c>IMG_0001.JPG</c> is <c>img_0001+.jpg</c>.
/// </remarks>
internal static class ImagePaths
{
    public const string Root = "images";

    /// <summary>Returns <see langword="true"/> if a path is the folder of the images or a path in it.</summary>
    public static bool IsInside(string path) => path.StartsWith(Root, StringComparison.Ordinal) && (path.Length == Root.Length || path[Root.Length] == '/');

    /// <summary>
    /// The maximum length of an encoded name, including marks. The strictest file system in use (eCryptfs) allows 143.
    /// </summary>
    public const int PieceLength = 120;

    private const string NoDotSuffix = ".~";

    // Lower-case letters need no mask, and a space is unchanged only between other characters.
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_@=,()[].");

    // Every save and read builds a path, so each thread keeps its buffer.
    [ThreadStatic]
    private static StringBuilder? _spare;

    /// <summary>Returns the path of an image.</summary>
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

    /// <summary>
    /// Returns <see langword="true"/> if a name is certainly the name of a file for the segment with the same text. Most names
    /// are, and need neither decoding nor encoding. <see langword="false"/> says nothing.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<char> name) =>
        name.Length is > 1 and <= PieceLength && name[^1] != '.' && name.Contains('.') && !name.ContainsAnyExcept(PlainCharacters) && !NameCodec.IsDeviceName(name);

    /// <summary>Decodes the name of an entry of a folder.</summary>
    public static NamePart Decode(ReadOnlySpan<char> name, bool isDirectory)
    {
        if (!isDirectory && IsPlain(name))
        {
            return new NamePart(NamePartKind.Image, name.ToString());
        }

        if (isDirectory)
        {
            var continues = name.EndsWith("~");
            return !name.Contains('.') && TryDecode(continues ? name[..^1] : name, isFile: false, out var text)
                ? new NamePart(continues ? NamePartKind.Continued : NamePartKind.Folder, text)
                : default;
        }

        var bare = name.EndsWith(NoDotSuffix) ? name[..^NoDotSuffix.Length] : name;
        return name.Contains('.') && !bare.Contains('~') && TryDecode(bare, isFile: bare.Length == name.Length, out var last)
            ? new NamePart(NamePartKind.Image, last)
            : default;
    }

    private static bool TryDecode(ReadOnlySpan<char> name, bool isFile, out string text)
    {
        text = string.Empty;
        var mark = name.IndexOf(CaseMask.Mark);
        if (mark < 0)
        {
            return NameCodec.TryDecode(name, default, out text) && text.Length > 0;
        }

        // Before the extension, so that the name ends with the extension.
        var end = isFile ? name.LastIndexOf('.') : name.Length;
        return end > mark && CaseMask.TryParse(name[(mark + 1)..end], out var mask)
            && NameCodec.TryDecode(string.Concat(name[..mark], name[end..]), mask, out text) && text.Length > 0;
    }

    private static void AppendSegment(StringBuilder path, ReadOnlySpan<char> segment, bool isFile)
    {
        var start = path.Length;
        Encode(path, segment, isFile);
        if (path.Length - start <= PieceLength)
        {
            return;
        }

        // Too long: folders with a piece each, split between two characters, then the rest.
        path.Length = start;
        var piece = new StringBuilder(PieceLength);
        var mask = default(CaseMask);
        var pieceStart = 0;
        var tailStart = isFile ? TailStart(segment) : -1;
        for (var i = 0; i < segment.Length;)
        {
            var consumed = LengthAt(segment, i);
            var before = mask;
            var length = piece.Length;
            AppendPart(piece, segment, i, consumed, pieceStart, ref mask);
            var isCut = piece.Length + mask.MaxLength >= PieceLength || (i == tailStart && i > pieceStart && !Fits(piece, segment, i + consumed, pieceStart, mask));
            if (isCut)
            {
                piece.Length = length;
                before.AppendTo(piece);
                path.Append(piece).Append("~/");
                piece.Clear();
                mask = default;
                pieceStart = i;
                continue;
            }

            i += consumed;
        }

        Encode(path, segment[pieceStart..], isFile);
    }

    // The extension is not split and stays with the character before it, so that the name of the file ends with the
    // extension.
    private static int TailStart(ReadOnlySpan<char> segment)
    {
        const int MaxTail = 20;
        var dot = segment.LastIndexOf('.');
        var isExtension = dot > 0 && dot < segment.Length - 1 && segment.Length - dot <= MaxTail;
        return !isExtension ? -1 : char.IsLowSurrogate(segment[dot - 1]) ? dot - 2 : dot - 1;
    }

    /// <summary>Returns <see langword="true"/> if the rest of a segment fits into the current piece.</summary>
    private static bool Fits(StringBuilder piece, ReadOnlySpan<char> segment, int from, int pieceStart, CaseMask mask)
    {
        var length = piece.Length;
        for (var i = from; i < segment.Length; i += LengthAt(segment, i))
        {
            AppendPart(piece, segment, i, LengthAt(segment, i), pieceStart, ref mask);
        }

        var fits = piece.Length + mask.MaxLength < PieceLength;
        piece.Length = length;
        return fits;
    }

    private static void AppendPart(StringBuilder piece, ReadOnlySpan<char> segment, int index, int length, int pieceStart, ref CaseMask mask)
    {
        Rune.DecodeFromUtf16(segment[index..], out var rune, out _);
        NameCodec.Append(piece, rune, MustEscape(segment, index, length, isFile: false, isStart: index == pieceStart), ref mask);
    }

    private static int LengthAt(ReadOnlySpan<char> segment, int index) => char.IsHighSurrogate(segment[index]) ? 2 : 1;

    private static void Encode(StringBuilder path, ReadOnlySpan<char> segment, bool isFile)
    {
        var escapeFirst = NameCodec.IsDeviceName(segment);
        var mask = default(CaseMask);
        var lastDot = -1;
        for (var i = 0; i < segment.Length;)
        {
            Rune.DecodeFromUtf16(segment[i..], out var rune, out var consumed);
            var isEscaped = (escapeFirst && i == 0) || MustEscape(segment, i, consumed, isFile, isStart: i == 0);
            lastDot = rune.Value == '.' && !isEscaped ? path.Length : lastDot;
            NameCodec.Append(path, rune, isEscaped, ref mask);
            i += consumed;
        }

        if (isFile && lastDot < 0)
        {
            mask.AppendTo(path);
            path.Append(NoDotSuffix);
        }
        else
        {
            mask.InsertInto(path, lastDot < 0 ? path.Length : lastDot);
        }
    }

    // A dot distinguishes files from folders. Windows drops dots and spaces at the end, and programs easily lose a
    // leading space.
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
}
