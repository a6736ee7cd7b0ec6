using ImageStorage.Providers;

namespace ImageStorage.Tool.Importing;

/// <summary>Recognises files that are meant to be images, for <c>--only-images</c>.</summary>
internal static class ImageNames
{
    // Also types that a store refuses: an import that silently left out photographs would lose them.
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".bmp", ".dng", ".heic", ".heif", ".ico", ".jfif", ".jp2", ".jpe", ".jxl", ".psd", ".raw", ".svg", ".tif", ".tiff",
    };

    static ImageNames() => Extensions.UnionWith(ImageFormats.Default.SelectMany(format => format.FileExtensions));

    /// <summary>Returns whether a file has the name of an image, or begins like one that stores accept.</summary>
    public static bool IsImage(string name, Stream content)
    {
        if (Extensions.Contains(Path.GetExtension(name)))
        {
            return true;
        }

        Span<byte> head = stackalloc byte[ImageFormats.Default.Max(format => format.SignatureLength)];
        var length = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        content.Position = 0;
        foreach (var format in ImageFormats.Default)
        {
            if (format.Matches(head[..length]))
            {
                return true;
            }
        }

        return false;
    }
}
