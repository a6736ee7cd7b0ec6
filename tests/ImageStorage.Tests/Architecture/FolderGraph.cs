using System.Text.RegularExpressions;

namespace ImageStorage.Tests.Architecture;

/// <summary>
/// The folders of a project, and which of them names types of which other one. A folder is the first level below the project, or the second level inside of
/// <c>Layers</c>, <c>Features</c> and <c>Providers</c>. The match is lexical: an arrow means that a file names a type, or has a using of a namespace, that exactly one other folder
/// declares. So a type must not share its name with a member elsewhere, which helps human readers too.
/// </summary>
internal sealed partial class FolderGraph
{
    public const string Root = "(root)";

    private readonly Dictionary<string, SortedDictionary<string, string>> _arrows = new(StringComparer.Ordinal);

    /// <param name="sources">The text of each file, by the path relative to the project.</param>
    public FolderGraph(IReadOnlyDictionary<string, string> sources)
    {
        var code = sources.ToDictionary(source => source.Key, source => Strip(source.Value), StringComparer.Ordinal);
        var owners = Owners(code, Declaration());
        var namespaces = Owners(code, NamespaceLine());
        foreach (var (path, text) in code.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            var from = FolderOf(path);
            var arrows = _arrows.TryGetValue(from, out var known) ? known : _arrows[from] = new(StringComparer.Ordinal);
            foreach (var used in UsingLine().Matches(text).Select(match => match.Groups[1].Value))
            {
                if (namespaces.TryGetValue(used, out var to) && to != from)
                {
                    arrows.TryAdd(to, $"{path} uses {used}");
                }
            }

            foreach (var type in Identifier().Matches(UsingLine().Replace(text, string.Empty)).Select(match => match.Value).Distinct())
            {
                if (owners.TryGetValue(type, out var to) && to != from)
                {
                    arrows.TryAdd(to, $"{path} names {type}");
                }
            }
        }
    }

    public IEnumerable<string> Folders => _arrows.Keys.Order(StringComparer.Ordinal);

    /// <summary>Gets each arrow with the first reference that makes it.</summary>
    public IEnumerable<(string From, string To, string Reference)> Arrows =>
        from folder in _arrows from arrow in folder.Value select (folder.Key, arrow.Key, arrow.Value);

    /// <summary>Returns the references of a cycle, in order; empty when there is none.</summary>
    public IReadOnlyList<string> FindCycle()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();
        return Folders.Select(folder => Visit(folder, path, done)).FirstOrDefault(cycle => cycle.Count > 0) ?? [];
    }

    private List<string> Visit(string folder, List<string> path, HashSet<string> done)
    {
        var start = path.IndexOf(folder);
        if (start >= 0)
        {
            return [.. path.Skip(start).Zip([.. path.Skip(start + 1), folder], (from, to) => $"{from} -> {to}: {_arrows[from][to]}")];
        }

        if (!done.Add(folder) || !_arrows.TryGetValue(folder, out var arrows))
        {
            return [];
        }

        path.Add(folder);
        foreach (var to in arrows.Keys)
        {
            // A folder that is done is part of a cycle only if it is on the path.
            if ((path.Contains(to) || !done.Contains(to)) && Visit(to, path, done) is { Count: > 0 } cycle)
            {
                return cycle;
            }
        }

        path.RemoveAt(path.Count - 1);
        return [];
    }

    // What a pattern finds in the files of exactly one folder, with that folder.
    private static Dictionary<string, string> Owners(Dictionary<string, string> code, Regex pattern) => code
        .SelectMany(file => pattern.Matches(file.Value).Select(match => (Name: match.Groups[1].Value, Folder: FolderOf(file.Key))))
        .Distinct()
        .GroupBy(declared => declared.Name, declared => declared.Folder)
        .Where(folders => folders.Count() == 1)
        .ToDictionary(folders => folders.Key, folders => folders.Single(), StringComparer.Ordinal);

    private static string FolderOf(string path)
    {
        var folders = path.Split('/')[..^1];
        var depth = folders switch
        {
            [] => 0,
            ["Layers", "Replication", ..] => 3,
            ["Layers" or "Features" or "Providers", ..] => 2,
            _ => 1,
        };
        return depth == 0 ? Root : string.Join('/', folders.Take(depth));
    }

    private static string Strip(string text) => Literal().Replace(Comment().Replace(RawLiteral().Replace(text, "\"\""), string.Empty), match => match.Groups[1].Success
        ? string.Join(' ', Hole().Matches(match.Value).Select(hole => hole.Groups[1].Value))
        : "\"\"");

    [GeneratedRegex("^(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|unsafe|ref)\\s+)*(?:class|interface|enum|record\\s+struct|record\\s+class|record|struct)\\s+([A-Z]\\w*)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z]\w*\b")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"^using (?:static )?([^\n;]*)[^\n]*\n", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^namespace (?!Microsoft\.)([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"")]
    private static partial Regex RawLiteral();

    [GeneratedRegex(@"//[^\n]*|/\*[\s\S]*?\*/")]
    private static partial Regex Comment();

    [GeneratedRegex("(\\$)?@?\"(?:[^\"\\\\\\n]|\\\\.)*\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Hole();
}
