using System.Text;

namespace ImageStorage.Tool;

/// <summary>Normalizes the text of a key.</summary>
internal static class KeyText
{
    /// <summary>
    /// Returns the text in normalization form C. Text that is not valid Unicode is returned unchanged: the rules of
    /// keys have the better message.
    /// </summary>
    public static string Normalize(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return text;
        }
    }
}
