namespace ImageStorage.Tool.Importing;

/// <summary>Counts what an import did.</summary>
internal sealed class ImportTally
{
    private readonly long[] _outcomes = new long[Enum.GetValues<ImportOutcome>().Length];
    private readonly SortedDictionary<ImportProblem, long> _problems = [];

    /// <summary>Images written, the replaced ones among them.</summary>
    public long Stored => this[ImportOutcome.Stored] + this[ImportOutcome.Replaced];

    /// <summary>How many files were refused or failed, by reason.</summary>
    public IReadOnlyDictionary<ImportProblem, long> Problems => _problems;

    public long BytesStored { get; private set; }

    public long LinkedFolders { get; set; }

    /// <summary>Was every file of the folder looked at?</summary>
    public bool Completed { get; set; }

    public bool IsClean => Completed && _problems.Count == 0;

    public long this[ImportOutcome outcome] => _outcomes[(int)outcome];

    public void Add(ImportResult result)
    {
        _outcomes[(int)result.Outcome]++;
        if (result.Outcome is ImportOutcome.Stored or ImportOutcome.Replaced)
        {
            BytesStored += result.Bytes;
        }

        if (result.Problem is { } problem)
        {
            _problems[problem] = _problems.GetValueOrDefault(problem) + 1;
        }
    }
}
