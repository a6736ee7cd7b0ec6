using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>Reads the configuration that a page of the guide shows, so that a test runs exactly what the page says.</summary>
internal static partial class GuideJson
{
    /// <summary>Returns the first JSON block of a page as configuration.</summary>
    /// <param name="page">The name of the page, without folder and extension.</param>
    public static IConfigurationRoot Of(string page)
    {
        var text = File.ReadAllText(Path.Join(Repository.Root, "docs", "guide", $"{page}.md")).ReplaceLineEndings("\n");
        using var json = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Block().Match(text).Groups[1].Value));
        return new ConfigurationBuilder().AddJsonStream(json).Build();
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
