using System.Globalization;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>
/// The same acts every time, one after the other, for the campaigns that go over every system call: each way of writing
/// that the contract has, once or twice.
/// </summary>
internal static class Script
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

    /// <summary>What makes the store that the script starts from.</summary>
    public static IReadOnlyList<Act> Preparation { get; } = Number(0,
    [
        (ActKind.Save, Kept, Short), (ActKind.Save, Overwritten, Short), (ActKind.Save, Updated, Short), (ActKind.Save, Deleted, Short),
        (ActKind.PutDocument, DocumentOverwritten, 0), (ActKind.PutDocument, DocumentDeleted, 0),
    ]);

    /// <summary>The script.</summary>
    public static IReadOnlyList<Act> Acts { get; } = Number(1,
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
    ]);

    private static Act[] Number(int round, (ActKind Kind, string Target, int Length)[] acts) =>
        [.. acts.Select((act, i) => new Act(IdOf(round, i, act.Length), act.Kind, act.Target))];

    private static string IdOf(int round, int number, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"{round}-0-{number}") + (length == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"~{length}"));
}
