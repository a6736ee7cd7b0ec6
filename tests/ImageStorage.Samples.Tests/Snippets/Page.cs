using System.Text;
using System.Text.RegularExpressions;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>Reads what is not C# from a page of the documentation, so that tests run what the page shows.</summary>
internal static partial class Page
{
    /// <summary>Returns the configuration that a page shows.</summary>
    /// <param name="path">The page.</param>
    /// <param name="change">Replaces what a test cannot use, such as paths; null for nothing.</param>
    public static Stream Json(string path, Func<string, string>? change = null)
    {
        var json = Block().Match(File.ReadAllText(Path.Join(Repository.Root, path)).ReplaceLineEndings("\n")).Groups[1].Value;
        return new MemoryStream(Encoding.UTF8.GetBytes(change is null ? json : change(json)));
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
