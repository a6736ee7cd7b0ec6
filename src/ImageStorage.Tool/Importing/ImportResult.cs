namespace ImageStorage.Tool.Importing;

/// <summary>What became of one file.</summary>
/// <param name="Path">Where it lies, below the folder.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Bytes">Its length, as far as it was dealt with.</param>
/// <param name="Reason">Why it was refused or failed.</param>
internal sealed record ImportResult(string Path, ImportOutcome Outcome, long Bytes = 0, string? Reason = null);
