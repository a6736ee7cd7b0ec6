namespace ImageStorage.Tool.Importing;

/// <summary>The outcomes by the names that docs/tool.md promises.</summary>
internal static class ImportNames
{
    public static string Of(ImportOutcome outcome) => outcome switch
    {
        ImportOutcome.Stored => "stored",
        ImportOutcome.Replaced => "replaced",
        ImportOutcome.Skipped => "skipped",
        ImportOutcome.Refused => "refused",
        _ => "failed",
    };
}
