namespace ImageStorage.Formats;

/// <summary>
/// The four-character codes that name chunks (PNG, RIFF) and boxes (ISO base media), as big-endian numbers.
/// </summary>
internal static class FourCc
{
    /// <summary>
    /// Returns the code as text for a message, with "?" for control characters and bytes beyond ASCII.
    /// </summary>
    public static string ToText(uint code) => string.Create(4, code, static (text, value) =>
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = (char)((value >> (24 - (8 * i))) & 0xFF);
            text[i] = c is >= ' ' and <= '~' ? c : '?';
        }
    });

    /// <summary>Returns whether all four characters are ASCII letters.</summary>
    public static bool IsLetters(uint code) =>
        char.IsAsciiLetter((char)(code >> 24)) && char.IsAsciiLetter((char)((code >> 16) & 0xFF))
        && char.IsAsciiLetter((char)((code >> 8) & 0xFF)) && char.IsAsciiLetter((char)(code & 0xFF));
}
