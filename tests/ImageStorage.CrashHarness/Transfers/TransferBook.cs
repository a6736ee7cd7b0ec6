namespace ImageStorage.CrashHarness.Transfers;

/// <summary>All started transfers and their known results, from the lines of the workers.</summary>
internal sealed class TransferBook
{
    private readonly Dictionary<string, Transfer> _transfers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TransferFate> _fates = new(StringComparer.Ordinal);
    private readonly List<string> _violations = [];

    /// <summary>Gets the reports of workers that must not occur.</summary>
    public IReadOnlyList<string> Violations => _violations;

    public int Acknowledged { get; private set; }

    /// <summary>Gets the number of transfers in flight when their process died or the power was cut.</summary>
    public int InFlight { get; private set; }

    /// <summary>Gets the number of conflicts with another writer.</summary>
    public int Conflicts { get; private set; }

    /// <summary>Gets the number of transfers reported as undecided.</summary>
    public int Doubtful { get; private set; }

    /// <summary>Gets the number of transactions of dead processes that workers have rolled back.</summary>
    public int Recovered { get; private set; }

    public IEnumerable<string> Ids => _transfers.Keys;

    public Transfer? Find(string id) => _transfers.GetValueOrDefault(id);

    public TransferFate FateOf(string id) => _fates[id];

    /// <summary>Adds the lines of a worker.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="certain">
    /// The number of lines received before the power cut; acknowledgements of later lines may be lost.
    /// </param>
    public void Read(IReadOnlyList<string> lines, int certain = int.MaxValue)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Count; i++)
        {
            var (word, rest) = Split(lines[i]);
            if (word == TransferLine.Begin)
            {
                var transfer = Transfer.Parse(rest);
                _transfers.Add(transfer.Id, transfer);
                _fates.Add(transfer.Id, TransferFate.Open);

                // A transfer that starts after the cut finds no file system.
                if (i < certain)
                {
                    open.Add(transfer.Id);
                }
            }
            else if (i < certain)
            {
                ReadEnd(lines[i], word, Split(rest).Word, open);
            }
        }

        InFlight += open.Count;
    }

    /// <summary>Adopts the content of the store, after a successful check, as the known result.</summary>
    public void Adopt(IReadOnlySet<string> seen)
    {
        foreach (var id in _fates.Where(pair => pair.Value == TransferFate.Open).Select(pair => pair.Key).ToList())
        {
            _fates[id] = seen.Contains(id) ? TransferFate.Done : TransferFate.RolledBack;
        }
    }

    private void ReadEnd(string line, string word, string id, HashSet<string> open)
    {
        switch (word)
        {
            case TransferLine.Acknowledged:
                _fates[id] = TransferFate.Done;
                Acknowledged++;
                open.Remove(id);
                break;
            case TransferLine.RolledBack:
                _fates[id] = TransferFate.RolledBack;
                Conflicts++;
                open.Remove(id);
                break;
            case TransferLine.Doubtful:
                Doubtful++;
                open.Remove(id);
                break;
            case TransferLine.Recovered:
                Recovered++;
                break;
            case TransferLine.Failed or "fault":
                _violations.Add(line);
                break;
        }
    }

    private static (string Word, string Remainder) Split(string line) => line.IndexOf(' ', StringComparison.Ordinal) is var end and >= 0 ? (line[..end], line[(end + 1)..]) : (line, string.Empty);
}
