namespace ImageStorage.Tool.Importing;

/// <summary>What became of one file.</summary>
/// <param name="Path">Its path below the folder.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Bytes">Its length, as far as it was dealt with.</param>
/// <param name="Reason">Why it was refused or failed, for people.</param>
/// <param name="Problem">Why it was refused or failed, for the totals.</param>
internal sealed record ImportResult(string Path, ImportOutcome Outcome, long Bytes = 0, string? Reason = null, ImportProblem? Problem = null)
{
    public static ImportResult Refused(string path, ImportProblem problem, string reason) => new(path, ImportOutcome.Refused, Reason: reason, Problem: problem);

    public static ImportResult Failed(string path, string reason) => new(path, ImportOutcome.Failed, Reason: reason, Problem: ImportProblem.Failed);
}
