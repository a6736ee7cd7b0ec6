using System.Globalization;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>
/// The same acts every time, one after the other, for the campaigns that go over every system call: each way of writing
/// that the contract has, once or twice.
/// </summary>
/// <param name="Name">How a worker is told.</param>
/// <param name="Preparation">What makes the store that it starts from; nothing: there is no store yet.</param>
/// <param name="Acts">What it does.</param>
internal sealed record Script(string Name, IReadOnlyList<Act> Preparation, IReadOnlyList<Act> Acts)
{
    private const string Overwritten = "albums/a/overwritten.png";
    private const string Updated = "albums/a/updated.png";
    private const string Deleted = "albums/b/deleted.png";
    private const string Kept = "kept.png";
    private const string DocumentOverwritten = SharedNames.Documents + "overwritten.json";
    private const string DocumentDeleted = SharedNames.Documents + "deleted.json";

    // Behind this length a provider may reserve the space, and write in several pieces.
    private const int Long = 1_300_000;
    private const int Short = 3_000;

    /// <summary>Each way of writing that the contract has, to a store that is there.</summary>
    private static readonly Script Writing = new(
        "writing",
        Number(0,
        [
            (ActKind.Save, Kept, Short), (ActKind.Save, Overwritten, Short), (ActKind.Save, Updated, Short), (ActKind.Save, Deleted, Short),
            (ActKind.PutDocument, DocumentOverwritten, 0), (ActKind.PutDocument, DocumentDeleted, 0),
        ]),
        Number(1,
        [
            (ActKind.Save, "albums/a/new.png", Short),
            (ActKind.Save, "new/folder/deep/new.png", Short),
            (ActKind.Save, $"albums/{new string('L', 150)}", 100_000),
            (ActKind.Save, "albums/a/long.png", Long),
            (ActKind.Save, Overwritten, Short),
            (ActKind.Update, Updated, 0),
            (ActKind.Delete, Deleted, 0),
            (ActKind.Race, "albums/a/created.png", Short),
            (ActKind.Delete, "albums/a/never-there.png", 0),
            (ActKind.PutDocument, SharedNames.Documents + "new.json", 0),
            (ActKind.PutDocument, DocumentOverwritten, 0),
            (ActKind.DeleteDocument, DocumentDeleted, 0),
            (ActKind.Count, SharedNames.CountDocument, 0),
            (ActKind.Save, Deleted, Short),
        ]));

    /// <summary>The first acts to a store that is not there yet. When the first fails, the others must still be able to make it.</summary>
    private static readonly Script Creation = new(
        "creation",
        [],
        Number(1, [(ActKind.Save, "first.png", Short), (ActKind.PutDocument, SharedNames.Documents + "first.json", 0), (ActKind.Save, "albums/second.png", Short)]));

    /// <summary>All scripts.</summary>
    public static IReadOnlyList<Script> All { get; } = [Creation, Writing];

    public static Script Find(string name) => All.First(script => script.Name == name);

    private static Act[] Number(int round, (ActKind Kind, string Target, int Length)[] acts) =>
        [.. acts.Select((act, i) => new Act(IdOf(round, i, act.Length), act.Kind, act.Target))];

    private static string IdOf(int round, int number, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"{round}-0-{number}") + (length == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"~{length}"));
}
