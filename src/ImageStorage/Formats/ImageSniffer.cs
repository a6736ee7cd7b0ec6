using ImageStorage.Providers;

namespace ImageStorage.Formats;

/// <summary>Tells from the first bytes which of the allowed formats content is of, whatever its name or declared type says.</summary>
internal static class ImageSniffer
{
    /// <summary>The longest signature of the formats: the head that <see cref="Detect"/> should have, unless the content is shorter.</summary>
    public static int SignatureLength(IReadOnlyList<ImageFormat> formats)
    {
        int length = 0;
        for (int i = 0; i < formats.Count; i++)
        {
            length = Math.Max(length, formats[i].SignatureLength);
        }

        return length;
    }

    /// <summary>The first of the formats that the head matches, or null.</summary>
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
    /// What content that is refused seems to be, for the message: a clause such as "it looks like SVG" or "it is empty". It looks at
    /// little more than a thousand bytes and is a help for the reader, nothing to decide by.
    /// </summary>
    public static string Describe(ReadOnlySpan<byte> head) => Guess(head).Text;

    /// <summary>As <see cref="Describe"/>, with whether the content is of a known type.</summary>
    public static ContentGuess Guess(ReadOnlySpan<byte> head) => ContentGuess.Of(head);
}
