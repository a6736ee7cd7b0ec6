using System.Globalization;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>
/// The same operations every time, one after the other, for the campaigns that visit every system call: each kind of
/// write of the contract, once or twice.
/// </summary>
/// <param name="Name">The name on the command line of a worker.</param>
/// <param name="Preparation">The operations that create the store at the start; empty to start without a store.</param>
/// <param name="Operations">The operations of the script.</param>
internal sealed record Script(string Name, IReadOnlyList<Operation> Preparation, IReadOnlyList<Operation> Operations)
{
    private const string Overwritten = "albums/a/overwritten.png";
    private const string Updated = "albums/a/updated.png";
    private const string Deleted = "albums/b/deleted.png";
    private const string Kept = "kept.png";
    private const string LongSource = "albums/c/long.png";
    private const string CopiedOver = "albums/c/copied-over.png";
    private const string Moved = "albums/c/moved.png";
    private const string MovedLong = "albums/d/moved-long.png";
    private const string MovedOver = "albums/c/moved-over.png";
    private const string DocumentOverwritten = SharedNames.Documents + "overwritten.json";
    private const string DocumentDeleted = SharedNames.Documents + "deleted.json";

    // Above this length a provider may reserve the space, and write in several pieces.
    private const int Long = 1_300_000;
    private const int Short = 3_000;

    /// <summary>Gets the script with each kind of write, on an existing store.</summary>
    private static readonly Script Writing = new(
        "writing",
        Number(0,
        [
            (OperationKind.Save, Kept, Short), (OperationKind.Save, Overwritten, Short), (OperationKind.Save, Updated, Short), (OperationKind.Save, Deleted, Short),
            (OperationKind.PutDocument, DocumentOverwritten, 0), (OperationKind.PutDocument, DocumentDeleted, 0),
            (OperationKind.Save, LongSource, Long), (OperationKind.Save, CopiedOver, Short), (OperationKind.Save, Moved, Short), (OperationKind.Save, MovedLong, Long), (OperationKind.Save, MovedOver, Short),
        ]),
        [.. Number(1,
        [
            (OperationKind.Save, "albums/a/new.png", Short),
            (OperationKind.Save, "new/folder/deep/new.png", Short),
            (OperationKind.Save, $"albums/{new string('L', 150)}", 100_000),
            (OperationKind.Save, "albums/a/long.png", Long),
            (OperationKind.Save, Overwritten, Short),
            (OperationKind.Update, Updated, 0),
            (OperationKind.Delete, Deleted, 0),
            (OperationKind.Race, "albums/a/created.png", Short),
            (OperationKind.Delete, "albums/a/never-there.png", 0),
            (OperationKind.PutDocument, SharedNames.Documents + "new.json", 0),
            (OperationKind.PutDocument, DocumentOverwritten, 0),
            (OperationKind.DeleteDocument, DocumentDeleted, 0),
            (OperationKind.Count, SharedNames.CountDocument, 0),
            (OperationKind.Save, Deleted, Short),
        ]),
        .. Copies(
        [
            (OperationKind.Copy, Kept, "copies/new.png"),
            (OperationKind.Copy, LongSource, CopiedOver),
            (OperationKind.Move, Moved, "moves/new.png"),
            (OperationKind.Move, MovedLong, MovedOver),
        ])]);

    /// <summary>
    /// Gets the script with the first operations on a new store. If the first operation fails, the others must be able
    /// to create the store.
    /// </summary>
    private static readonly Script Creation = new(
        "creation",
        [],
        Number(1, [(OperationKind.Save, "first.png", Short), (OperationKind.PutDocument, SharedNames.Documents + "first.json", 0), (OperationKind.Save, "albums/second.png", Short)]));

    /// <summary>Gets all scripts.</summary>
    public static IReadOnlyList<Script> All { get; } = [Creation, Writing];

    public static Script Find(string name) => All.First(script => script.Name == name);

    private static Operation[] Number(int round, (OperationKind Kind, string Target, int Length)[] operations) =>
        [.. operations.Select((operation, i) => new Operation(IdOf(round, i, operation.Length), operation.Kind, operation.Target))];

    // No operation before changes their sources, so that none fails because another has failed.
    private static Operation[] Copies((OperationKind Kind, string Source, string Target)[] operations) =>
        [.. operations.Select((operation, i) => new Operation(IdOf(2, i, 0), operation.Kind, operation.Target, operation.Source))];

    private static string IdOf(int round, int number, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"{round}-0-{number}") + (length == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"~{length}"));
}
