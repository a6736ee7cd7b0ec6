using System.Text.RegularExpressions;

namespace ImageStorage.Samples.Tests;

/// <summary>
/// The C# code of the README and of the guides is code that is compiled: each block is found, line by line, in a sample or in a file of
/// the folder Snippets, which run it. Indentation and blank lines do not count; each <c>using</c> must be in the same file.
/// </summary>
internal sealed partial class DocumentationTests
{
    private static IEnumerable<string> Pages() => ["README.md", .. Files("docs/guide", "*.md")];

    [Test]
    public void Pages_of_the_guide_are_linked_from_the_readme() =>
        Assert.That(Link().Matches(Read("README.md")).Select(match => match.Groups[1].Value), Is.SupersetOf(Files("docs/guide", "*.md")));

    [TestCaseSource(nameof(Pages))]
    public void Code_of_a_page_is_compiled(string page)
    {
        var sources = Files("samples", "*.cs").Concat(Files("tests/ImageStorage.Samples.Tests/Snippets", "*.cs")).Select(path => Lines(Read(path))).ToList();
        var missing = Block().Matches(Read(page)).Select(match => Lines(match.Groups[1].Value)).Where(block => !sources.Exists(source => Contains(source, block)));

        Assert.That(missing.Select(block => string.Join('\n', block)), Is.Empty, "put the code into a file of tests/ImageStorage.Samples.Tests/Snippets");
    }

    [TestCaseSource(nameof(Pages))]
    public void Links_of_a_page_lead_to_files_and_headings(string page)
    {
        var folder = Path.GetDirectoryName(Path.Join(Repository.Root, page))!;
        var broken = Link().Matches(Read(page))
            .Where(match => !match.Groups[1].Value.Contains("://", StringComparison.Ordinal))
            .Where(match => !Exists(match.Groups[1].Value.Length == 0 ? Path.Join(Repository.Root, page) : Path.Join(folder, match.Groups[1].Value), match.Groups[2].Value));

        Assert.That(broken.Select(match => match.Value), Is.Empty);
    }

    private static bool Exists(string path, string heading) =>
        heading.Length == 0
            ? File.Exists(path) || Directory.Exists(path)
            : File.Exists(path) && File.ReadLines(path).Where(line => line.StartsWith('#')).Any(line => Anchor(line) == heading);

    // As GitHub makes anchors: lower case, no punctuation, hyphens for blanks.
    private static string Anchor(string line) => string.Concat(line.TrimStart('#', ' ').ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    private static bool Contains(List<string> source, List<string> block)
    {
        var usings = block.Where(IsUsing).ToList();
        var code = block.Where(line => !IsUsing(line)).ToList();
        return usings.TrueForAll(line => source.Contains(line) || line == "using ImageStorage;")
            && Enumerable.Range(0, Math.Max(0, source.Count - code.Count + 1)).Any(start => source.GetRange(start, code.Count).SequenceEqual(code));
    }

    private static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=', StringComparison.Ordinal) && !line.Contains('(', StringComparison.Ordinal);

    private static List<string> Lines(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Join(Repository.Root, folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string Read(string path) => File.ReadAllText(Path.Join(Repository.Root, path)).ReplaceLineEndings("\n");

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\(([^)#]*)#?([^)]*)\)")]
    private static partial Regex Link();
}
