using System.Globalization;

namespace ImageStorage.CrashHarness.Model;

/// <summary>The names of the items that operations change.</summary>
internal static class ItemNames
{
    public const string Images = "image ";
    public const string Documents = "document ";
    public const string Marks = "mark ";
    public const string Counts = "count ";

    public static string Image(string key) => Images + key;

    public static string Document(string name) => Documents + name;

    public static string Mark(int writer) => Marks + writer.ToString(CultureInfo.InvariantCulture);

    public static string Count(int writer) => Counts + writer.ToString(CultureInfo.InvariantCulture);
}
