using System.Text;

namespace ImageStorage.Tool;

/// <summary>Text on its way to becoming a key.</summary>
internal static class KeyText
{
    /// <summary>The text in normalization form C. Text that is no Unicode stays as it is: the rules of keys say it better.</summary>
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
