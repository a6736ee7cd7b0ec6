using System.Text;

namespace ImageStorage;

/// <summary>
/// Normalizes declared content types: removes parameters, ignores case, and replaces other names that browsers and old
/// software use for the same type. A declaration without information, such as <c>application/octet-stream</c>, counts
/// as no declaration.
/// </summary>
internal static class ContentTypeNames
{
    private const string Jpeg = "image/jpeg";
    private const string Png = "image/png";
    private const string Gif = "image/gif";
    private const string WebP = "image/webp";
    private const string Avif = "image/avif";

    private static readonly (string Alias, string Name)[] Aliases =
    [
        ("image/jpg", Jpeg),
        ("image/pjpeg", Jpeg),
        ("image/pjp", Jpeg),
        ("image/jpe", Jpeg),
        ("image/jfif", Jpeg),
        ("image/x-jpeg", Jpeg),
        ("image/x-jpg", Jpeg),
        ("image/x-citrix-jpeg", Jpeg),
        ("image/mpo", Jpeg),
        ("image/x-png", Png),
        ("image/apng", Png),
        ("image/vnd.mozilla.apng", Png),
        ("image/x-apng", Png),
        ("image/x-citrix-png", Png),
        ("image/x-gif", Gif),
        ("image/x-citrix-gif", Gif),
        ("image/x-webp", WebP),
        ("image/avif-sequence", Avif),
        ("image/x-avif", Avif),
    ];

    private static readonly string[] Unknown =
    [
        "application/octet-stream", "binary/octet-stream", "application/x-octet-stream", "application/unknown", "application/x-unknown",
        "application/binary", "application/force-download", "application/x-download", "application/x-unknown-content-type",
        "unknown/unknown", "content/unknown", "image/*", "*/*", "null", "undefined",
    ];

    /// <summary>
    /// Returns the name of a type without parameters, in lower case, with aliases replaced; null if nothing is
    /// declared. Text that is no type is returned unchanged, but trimmed.
    /// </summary>
    public static string? Normalize(string? declared)
    {
        var type = declared.AsSpan();
        var parameters = type.IndexOf(';');
        type = (parameters < 0 ? type : type[..parameters]).Trim(" \t");
        if (type.IsEmpty)
        {
            return null;
        }

        foreach (var unknown in Unknown)
        {
            if (Ascii.EqualsIgnoreCase(type, unknown))
            {
                return null;
            }
        }

        foreach (var (alias, name) in Aliases)
        {
            if (Ascii.EqualsIgnoreCase(type, alias))
            {
                return name;
            }
        }

        return type.Equals(declared, StringComparison.Ordinal) && !type.ContainsAnyInRange('A', 'Z') ? declared : Lower(type);
    }

    /// <summary>Returns whether both names denote the same type.</summary>
    public static bool AreSame(string left, string right) =>
        string.Equals(Normalize(left) ?? left, Normalize(right) ?? right, StringComparison.Ordinal);

    private static string Lower(ReadOnlySpan<char> type) => string.Create(type.Length, type, static (target, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = source[i] is >= 'A' and <= 'Z' ? (char)(source[i] | 0x20) : source[i];
        }
    });
}
