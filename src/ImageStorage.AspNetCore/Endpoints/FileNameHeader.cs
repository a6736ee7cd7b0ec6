using System.Text;

namespace ImageStorage.AspNetCore.Endpoints;

/// <summary>Writes the header <c>Content-Disposition</c> (RFC 6266).</summary>
internal static class FileNameHeader
{
    /// <summary>Returns the value of the header.</summary>
    /// <param name="disposition"><c>inline</c> or <c>attachment</c>.</param>
    /// <param name="fileName">A valid file name.</param>
    public static string Write(string disposition, string fileName)
    {
        var plain = new StringBuilder(fileName.Length);
        foreach (var rune in fileName.EnumerateRunes())
        {
            plain.Append(IsPlain(rune.Value) ? (char)rune.Value : '_');
        }

        var ascii = plain.ToString();
        return ascii == fileName
            ? $"{disposition}; filename=\"{ascii}\""
            : $"{disposition}; filename=\"{ascii}\"; filename*=UTF-8''{Uri.EscapeDataString(fileName)}";
    }

    // Browsers read a backslash, a quotation mark and a percent sign inside of quotation marks in different ways.
    private static bool IsPlain(int character) => character is >= ' ' and < 0x7F and not '"' and not '\\' and not '%';
}
