namespace ImageStorage.Tests.Architecture;

/// <summary>The folders of the core refer to each other in one direction only: docs/design/architecture.md has the order.</summary>
internal sealed class FolderGraphTests
{
    // From the bottom to the top. A folder may name types of folders before it.
    private static readonly string[] Order =
    [
        "Unicode", FolderGraph.Root, "Formats", "Providers/Documents", "Providers/Content", "Providers", "Providers/Records", "Providers/InMemory", "Settings", "Parts", "Diagnostics", "Coordination",
        "Layers/Events", "Layers/Gate", "Layers/Instrumentation", "Layers/Resilience", "Layers/Encoding", "Layers/Caching", "Layers/Hybrid", "Layers/Selection",
        "Layers/Replication", "Layers/Replication/Failover", "Layers/Replication/Mirroring",
        "Store", "Features/History", "Features/Transactions", "Features/Jobs", "Features/Analytics", "Features/Health", "DependencyInjection",
    ];

    // The arrows between two layers or two features, each with its reason.
    private static readonly Dictionary<(string From, string To), string> Exceptions = new()
    {
        [("Layers/Replication/Failover", "Layers/Replication")] = "failover and mirror share hints, reconciliation and health of the primary",
        [("Layers/Replication/Mirroring", "Layers/Replication")] = "failover and mirror share hints, reconciliation and health of the primary",
        [("Features/Transactions", "Features/History")] = "a transaction appends entries to the history",
    };

    private static readonly FolderGraph Core = new(Repository.SourceFiles
        .Where(path => path.StartsWith("src/ImageStorage/", StringComparison.Ordinal))
        .ToDictionary(path => path["src/ImageStorage/".Length..], Repository.Read, StringComparer.Ordinal));

    [Test]
    public void Folders_form_no_cycle() => Assert.That(Core.FindCycle(), Is.Empty);

    [Test]
    public void Every_arrow_points_down()
    {
        Assert.That(Core.Folders, Is.SubsetOf(Order), "a new folder has its place in the order of this test");
        Assert.That(Core.Arrows.Where(arrow => Array.IndexOf(Order, arrow.To) > Array.IndexOf(Order, arrow.From)).Select(arrow => $"{arrow.From} -> {arrow.To}: {arrow.Reference}"), Is.Empty);
    }

    [TestCase("Layers/")]
    [TestCase("Features/")]
    public void Layers_and_features_do_not_know_each_other_but_for_a_reason(string kind)
    {
        var arrows = Core.Arrows.Where(arrow => arrow.From.StartsWith(kind, StringComparison.Ordinal) && arrow.To.StartsWith(kind, StringComparison.Ordinal)).ToList();

        Assert.That(arrows.Where(arrow => !Exceptions.ContainsKey((arrow.From, arrow.To))).Select(arrow => $"{arrow.From} -> {arrow.To}: {arrow.Reference}"), Is.Empty);
        Assert.That(Exceptions.Keys.Where(key => key.From.StartsWith(kind, StringComparison.Ordinal)), Is.SubsetOf(arrows.Select(arrow => (arrow.From, arrow.To))), "an exception that is not needed any more");
    }

    [Test]
    public void One_reference_that_closes_a_cycle_is_found()
    {
        Dictionary<string, string> sources = new()
        {
            ["Key.cs"] = "public struct Key;",
            ["Layers/Caching/Cache.cs"] = "internal sealed class Cache { Key _key; }",
            ["Store/Manager.cs"] = "internal sealed class Manager { Cache _cache; }",
        };
        Assert.That(new FolderGraph(sources).FindCycle(), Is.Empty);

        sources["Layers/Caching/Cache.cs"] += "\ninternal sealed class Entry { Manager _owner; }";

        Assert.That(new FolderGraph(sources).FindCycle(), Is.EquivalentTo(new[] { "Layers/Caching -> Store: Layers/Caching/Cache.cs names Manager", "Store -> Layers/Caching: Store/Manager.cs names Cache" }));
    }

    [Test]
    public void One_using_that_closes_a_cycle_is_found()
    {
        Dictionary<string, string> sources = new()
        {
            ["Layers/Caching/Cache.cs"] = "namespace X.Caching;\ninternal sealed class Cache;",
            ["Store/Manager.cs"] = "using X.Caching;\nnamespace X.Store;\ninternal sealed class Manager;",
        };
        Assert.That(new FolderGraph(sources).FindCycle(), Is.Empty);

        sources["Layers/Caching/Cache.cs"] = "using X.Store;\n" + sources["Layers/Caching/Cache.cs"];

        Assert.That(new FolderGraph(sources).FindCycle(), Is.EquivalentTo(new[] { "Layers/Caching -> Store: Layers/Caching/Cache.cs uses X.Store", "Store -> Layers/Caching: Store/Manager.cs uses X.Caching" }));
    }

    [Test]
    public void Names_in_comments_and_texts_are_no_references()
    {
        Dictionary<string, string> sources = new()
        {
            ["A/First.cs"] = "internal class First { Second _second; }",
            ["B/Second.cs"] = "// First\n/* First */\ninternal class Second { string _text = \"First\"; string _raw = \"\"\"First\"\"\"; }",
        };
        Assert.That(new FolderGraph(sources).FindCycle(), Is.Empty);

        sources["B/Second.cs"] += "class Third { string _text = $\"{First.Name}\"; }";

        Assert.That(new FolderGraph(sources).FindCycle(), Has.Count.EqualTo(2));
    }
}
