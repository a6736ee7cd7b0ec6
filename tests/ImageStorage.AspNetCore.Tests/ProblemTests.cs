using System.Text.RegularExpressions;
using ImageStorage.AspNetCore.Problems;

namespace ImageStorage.AspNetCore.Tests;

/// <summary>The kinds of problems are documented, because clients compare them.</summary>
internal sealed partial class ProblemTests
{
    [Test]
    public void Every_kind_of_problem_has_a_heading_and_its_status_in_the_guide()
    {
        var page = File.ReadAllText(Path.Join(Root(AppContext.BaseDirectory), "docs", "guide", "http.md")).ReplaceLineEndings("\n");
        var headings = Heading().Matches(page).Select(match => match.Groups[1].Value);
        var rows = Row().Matches(page).SelectMany(row => Link().Matches(row.Groups[2].Value).Select(link => $"{row.Groups[1].Value} {link.Groups[1].Value}"));

        Assert.That(headings, Is.EquivalentTo(ProblemType.All.Select(type => type.Name)));
        Assert.That(rows, Is.EquivalentTo(ProblemType.All.Select(type => $"{type.Status} {type.Name}")));
    }

    private static string Root(string folder) => File.Exists(Path.Join(folder, "ImageStorage.sln")) ? folder : Root(Path.GetDirectoryName(folder)!);

    [GeneratedRegex("^### ([a-z-]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| ([45]\d\d) \| (.*) \|.*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\[[a-z-]+\]\(#([a-z-]+)\)")]
    private static partial Regex Link();
}
