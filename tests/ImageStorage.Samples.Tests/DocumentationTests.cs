using System.Text.RegularExpressions;

namespace ImageStorage.Samples.Tests;

/// <summary>
/// Checks the documentation. The C# code of the README, of the guide and of the design pages with an example is compiled: each block is found,
/// line by line, in a sample or in a file of the folder Snippets, which run the code. Indentation and blank lines do not count; each
/// <c>using</c> must be in the same file. Links lead to files and headings, and every page is reachable from the README.
/// </summary>
internal sealed partial class DocumentationTests
{
    // The README is part of every package, so its links are absolute.
    private const string Home = "https://github.com/imagestorage/imagestorage/blob/main/";

    private static IEnumerable<string> Pages() =>
        ["README.md", "CONTRIBUTING.md", .. Files("docs", "*.md"), "benchmarks/README.md"];

    private static IEnumerable<string> PagesWithCode() =>
        ["README.md", .. Files("docs/guide", "*.md"), "docs/design/write-a-layer.md", "docs/design/write-a-provider.md", "docs/design/your-first-change.md"];

    [Test]
    public void Pages_are_reachable_from_the_readme()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(["README.md"]);
        while (open.TryDequeue(out var page))
        {
            if (reached.Add(page) && page.EndsWith(".md", StringComparison.Ordinal) && File.Exists(Path.Join(Repository.Root, page)))
            {
                LinksOf(page).Select(link => link.Path).ToList().ForEach(open.Enqueue);
            }
        }

        Assert.That(Pages().Except(reached), Is.Empty, "link the page from the README or from a page that the README leads to");
    }

    [Test]
    public void Pages_of_the_guide_are_linked_from_the_readme() =>
        Assert.That(Files("docs/guide", "*.md").Except(LinksOf("README.md").Select(link => link.Path)), Is.Empty);

    [Test]
    public void Links_of_the_readme_are_absolute() =>
        Assert.That(Link().Matches(Read("README.md")).Select(match => match.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)), Is.Empty);

    [TestCaseSource(nameof(PagesWithCode))]
    public void Code_of_a_page_is_compiled(string page)
    {
        var sources = Files("samples", "*.cs").Concat(Files("tests/ImageStorage.Samples.Tests/Snippets", "*.cs")).Select(path => Lines(Read(path))).ToList();
        var missing = Block().Matches(Read(page)).Select(match => Lines(match.Groups[1].Value)).Where(block => !sources.Exists(source => Contains(source, block)));

        Assert.That(missing.Select(block => string.Join('\n', block)), Is.Empty, "put the code into a file of tests/ImageStorage.Samples.Tests/Snippets");
    }

    [TestCaseSource(nameof(Pages))]
    public void Links_of_a_page_lead_to_files_and_headings(string page) =>
        Assert.That(LinksOf(page).Where(link => !Exists(link.Path, link.Heading)), Is.Empty);

    /// <summary>Returns the targets of a page inside the repository, relative to its root.</summary>
    private static IEnumerable<(string Path, string Heading)> LinksOf(string page)
    {
        foreach (var match in Link().Matches(Code().Replace(Read(page), string.Empty)).Cast<Match>())
        {
            var (target, heading) = (match.Groups[1].Value, match.Groups[2].Value);
            if (target.StartsWith(Home, StringComparison.Ordinal))
            {
                yield return (target[Home.Length..], heading);
            }
            else if (!target.Contains("://", StringComparison.Ordinal))
            {
                var path = target.Length == 0 ? page : Path.Join(Path.GetDirectoryName(page), target);
                yield return (Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Join(Repository.Root, path))).Replace('\\', '/'), heading);
            }
        }
    }

    private static bool Exists(string path, string heading)
    {
        var file = Path.Join(Repository.Root, path);
        return heading.Length == 0
            ? File.Exists(file) || Directory.Exists(file)
            : File.Exists(file) && File.ReadLines(file).Where(line => line.StartsWith('#')).Any(line => Anchor(line) == heading);
    }

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

    // A block inside of a list is indented.
    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    // Code has brackets and parentheses that are no links.
    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)#]*)#?([^)]*)\)")]
    private static partial Regex Link();
}
