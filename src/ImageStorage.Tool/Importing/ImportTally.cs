namespace ImageStorage.Tool.Importing;

/// <summary>Counts the results of an import.</summary>
internal sealed class ImportTally
{
    private readonly long[] _outcomes = new long[Enum.GetValues<ImportOutcome>().Length];
    private readonly SortedDictionary<ImportProblem, long> _problems = [];

    /// <summary>Gets the number of written images, including replaced images.</summary>
    public long Stored => this[ImportOutcome.Stored] + this[ImportOutcome.Replaced];

    /// <summary>Gets the number of refused and failed files by reason.</summary>
    public IReadOnlyDictionary<ImportProblem, long> Problems => _problems;

    public long BytesStored { get; private set; }

    public long LinkedFolders { get; set; }

    /// <summary>Gets or sets the folders that were left out because they are stores.</summary>
    public IReadOnlyList<string> Stores { get; set; } = [];

    /// <summary>Gets or sets a value indicating whether every file of the folder was examined.</summary>
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
