namespace ImageStorage.Tool.Importing;

/// <summary>Counts what an import did.</summary>
internal sealed class ImportTally
{
    /// <summary>Images written, the replaced ones among them.</summary>
    public long Stored { get; private set; }

    public long Replaced { get; private set; }

    public long Skipped { get; private set; }

    public long Refused { get; private set; }

    public long Failed { get; private set; }

    public long BytesStored { get; private set; }

    public long LinkedFolders { get; set; }

    /// <summary>Was every file of the folder looked at?</summary>
    public bool Completed { get; set; }

    public bool IsClean => Completed && Refused + Failed == 0;

    public void Add(ImportResult result)
    {
        switch (result.Outcome)
        {
            case ImportOutcome.Stored:
            case ImportOutcome.Replaced:
                Stored++;
                Replaced += result.Outcome == ImportOutcome.Replaced ? 1 : 0;
                BytesStored += result.Bytes;
                break;
            case ImportOutcome.Skipped:
                Skipped++;
                break;
            case ImportOutcome.Refused:
                Refused++;
                break;
            default:
                Failed++;
                break;
        }
    }
}
