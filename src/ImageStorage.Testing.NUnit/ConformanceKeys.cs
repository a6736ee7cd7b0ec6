namespace ImageStorage.Testing.NUnit;

/// <summary>Provides legal keys that resemble attacks, and groups of keys that a careless store merges.</summary>
internal static class ConformanceKeys
{
    public static IReadOnlyList<string> All { get; } =
    [
        "a", "A", "0", "a.png", "users/42/avatar.jpg", "deep/er/and/deep/er/still/image.webp",
        "con", "CON", "con.png", "aux.jpg", "AUX", "nul", "NUL.tar.png", "prn", "com1", "COM9.png", "lpt1.png", "clock$", "conin$", "con/aux/nul.png", "folder/con/x.png",
        "trailing.", "trailing..", "trailing ", "trailing. ", " leading", "folder./x", "folder /x", "folder.../x.png", "...", "....", ".hidden", ".hidden/.hidden", "..x", "x..", "a/...", "- -", "-rf", "--help",
        "%", "%%", "%2e%2e", "%2E", "%2F", "a%2Fb", "a%5Cb", "%00", "%25", "%c3%28", "%u002e", "a%", "100%.png", "~", "~a", "a~1.png", "PROGRA~1", "+", "a+b", "a b", "a  b", "$HOME", "${x}", "$(id)", "`id`", "&", "&amp;", "#", "a#b", "=", "==", ";", "a;b", "'", "\"", "!", "@", "^", "(", ")", "[a]", "{a}", ",",
        "1:b", "ab:c", "a/b:c", "a?b", "a*b", "*", "a<b>c", "a|b", "ab:$DATA", "x.png:stream",
        "_", "__", "_a", "a_b", "index.html", "format.json", "images/a", "staging/a", "documents/a", "locks/a", "x/.imagestorage/y", ".imagestorage2", ".imagestorag", "imagestorage", ".git/config", "web.config", "desktop.ini", "Thumbs.db", ".DS_Store", "a.lnk",
        "é", "è.png", "Ångström", "ñ/ñ", "ß", "ẞ", "ss", "ı", "İ", "i", "I", "ﬁ", "fi", "Σ", "σ", "ς", "Ǆ", "ǅ", "ǆ", "漢字", "かな", "カナ", "한국어", "Привет", "ελληνικά", "שלום", "مرحبا", "नमस्ते", "ไทย", "ქართული", "አማርኛ", "ᏣᎳᎩ",
        "😀", "👨‍👩‍👧‍👦.png", "🇫🇷", "❤️", "𝒳", "𐍈", "\uE000", "\uF8FF", "\u200B", "a\u200D", "\uFEFF", "\u00AD", "a\u00A0b", "\u3000", "\uFFFD",
        new('x', 200), new('x', 255), new('x', 256), new('x', 512), new('X', 512), new string('x', 508) + ".png", string.Concat(Enumerable.Repeat("漢", 170)), string.Concat(Enumerable.Repeat("😀", 128)), new('%', 512), new('A', 300), new(' ', 512),
        string.Join('/', Enumerable.Repeat("s", 256)), string.Join('/', Enumerable.Repeat("é", 171)), new string('d', 255) + "/" + new string('f', 256), new string('d', 250) + "/x", new string('.', 500),
    ];

    /// <summary>
    /// Gets keys of each kind in <see cref="All"/>: for a store that leaves the names of images to parts that pass all.
    /// </summary>
    public static IReadOnlyList<string> Representative { get; } =
    [
        "a", "deep/er/and/deep/er/still/image.webp",
        "CON", "con/aux/nul.png",
        "trailing. ", " leading", "folder /x", "...", ".hidden/.hidden", "-rf",
        "%2F", "a%5Cb", "a~1.png", "a+b", "${x}", "#", "'", "\"",
        "a/b:c", "a*b", "x.png:stream",
        "_", "format.json", "images/a", "x/.imagestorage/y", ".imagestorage2",
        "ñ/ñ", "ẞ", "İ", "ﬁ", "漢字", "שלום", "नमस्ते",
        "👨‍👩‍👧‍👦.png", "\uE000", "\uFEFF", "\u3000", "\uFFFD",
        new('X', 512), string.Concat(Enumerable.Repeat("😀", 128)), new('%', 512), new(' ', 512),
        string.Join('/', Enumerable.Repeat("s", 256)), string.Join('/', Enumerable.Repeat("é", 171)), new string('d', 255) + "/" + new string('f', 256), new('.', 500),
    ];

    /// <summary>
    /// Gets groups of keys of each kind in <see cref="Groups"/>: for a store that leaves the names of images to parts
    /// that pass all.
    /// </summary>
    public static IReadOnlyList<string[]> RepresentativeGroups { get; } =
    [
        ["Cat.jpg", "cat.jpg", "CAT.JPG", "cAT.jpg"],
        ["a.jpg", "a.jpg/b", "a.jpg/b/c.jpg"],
        ["name", "name.", "name..", "name ", "name. ", " name", "name~", "name~1"],
        ["a/b", "a%2Fb", "a%2fb", "a%252Fb", "a+b", "a b", "a%20b", "a_b", "a-b"],
        ["ı", "i", "İ", "I", "ｉ"],
        ["x\u200B", "x", "x\u200D", "x\u00AD", "\uFEFFx"],
        [new('x', 512), new('x', 511), new string('x', 511) + "y", new string('x', 255) + "/" + new string('x', 256), new string('X', 512)],
    ];

    /// <summary>
    /// Gets groups of keys. The keys of a group are stored together with different content and must stay distinct.
    /// </summary>
    public static IReadOnlyList<string[]> Groups { get; } =
    [
        .. RepresentativeGroups,
        ["A/b", "a/b", "a/B", "A/B"],
        ["a", "a/b", "a/b/c", "a/b/c/d"],
        ["con", "CON", "con.", "con ", "%con", "_con", "con_", "~con", "c%6Fn", "con.png", "con/con"],
        ["é", "e", "É", "%C3%A9", "%c3%a9"],
        ["ß", "ss", "ẞ", "SS", "ſs"],
        ["ﬁ", "fi", "FI", "ﬀ", "ff"],
        ["Σ", "σ", "ς"],
        ["ｋ", "k", "K", "Ｋ"],
        ["1", "01", "1.0", "¹", "①", "１"],
        [new string('漢', 170), new string('漢', 169), new string('漢', 169) + "字"],
        [".imagestorage2/a", ".imagestorag/a", "x/.imagestorage/a", "imagestorage/a"],
        ["%", "%%", "%25", "%2525", "%%25"],
        ["...", "....", "..x", ".x", "x.", "x..", "x"],
        ["folder/x", "folder./x", "folder /x", "Folder/x", "folder%2Fx"],
    ];
}
