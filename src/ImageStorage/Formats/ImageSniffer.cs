using ImageStorage.Providers;

namespace ImageStorage.Formats;

/// <summary>Detects the format of content from its first bytes, independent of its name and declared type.</summary>
internal static class ImageSniffer
{
    /// <summary>
    /// Returns the length of the longest signature of the formats, which is the length of head that
    /// <see cref="Detect"/> needs.
    /// </summary>
    public static int SignatureLength(IReadOnlyList<ImageFormat> formats)
    {
        int length = 0;
        for (int i = 0; i < formats.Count; i++)
        {
            length = Math.Max(length, formats[i].SignatureLength);
        }

        return length;
    }

    /// <summary>Returns the first format that matches the head, or null.</summary>
    public static ImageFormat? Detect(IReadOnlyList<ImageFormat> formats, ReadOnlySpan<byte> head)
    {
        for (int i = 0; i < formats.Count; i++)
        {
            ImageFormat format = formats[i];
            if (format.Matches(head.Length > format.SignatureLength ? head[..format.SignatureLength] : head))
            {
                return format;
            }
        }

        return null;
    }

    /// <summary>
    /// Returns a guess of the type of refused content, as a clause for a message: "it looks like SVG" or "it is empty".
    /// Reads little more than a thousand bytes. The guess decides nothing.
    /// </summary>
    public static string Describe(ReadOnlySpan<byte> head) => Guess(head).Text;

    /// <summary>Returns the guess of <see cref="Describe"/>, and whether the content is of a known type.</summary>
    public static ContentGuess Guess(ReadOnlySpan<byte> head) => ContentGuess.Of(head);
}
