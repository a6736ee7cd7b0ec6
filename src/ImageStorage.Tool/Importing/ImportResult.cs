namespace ImageStorage.Tool.Importing;

/// <summary>The outcome of one file.</summary>
/// <param name="Path">The path below the folder.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Bytes">The number of bytes that count.</param>
/// <param name="Reason">The reason of a refusal or failure, as text.</param>
/// <param name="Problem">The reason of a refusal or failure, for the totals.</param>
internal sealed record ImportResult(string Path, ImportOutcome Outcome, long Bytes = 0, string? Reason = null, ImportProblem? Problem = null)
{
    public static ImportResult Refused(string path, ImportProblem problem, string reason) => new(path, ImportOutcome.Refused, Reason: reason, Problem: problem);

    public static ImportResult Failed(string path, string reason) => new(path, ImportOutcome.Failed, Reason: reason, Problem: ImportProblem.Failed);
}
