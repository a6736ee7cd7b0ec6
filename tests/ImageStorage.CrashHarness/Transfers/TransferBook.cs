namespace ImageStorage.CrashHarness.Transfers;

/// <summary>All transfers that were begun, and what is known of each; made of the lines of the workers.</summary>
internal sealed class TransferBook
{
    private readonly Dictionary<string, Transfer> _transfers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TransferFate> _fates = new(StringComparer.Ordinal);
    private readonly List<string> _violations = [];

    /// <summary>What workers reported that must not happen.</summary>
    public IReadOnlyList<string> Violations => _violations;

    public int Acknowledged { get; private set; }

    /// <summary>How many were under way when their process died or the power was cut.</summary>
    public int InFlight { get; private set; }

    /// <summary>How many gave way to another writer.</summary>
    public int Conflicts { get; private set; }

    /// <summary>How many workers reported as not decided.</summary>
    public int Doubtful { get; private set; }

    /// <summary>How many of those that dead processes left were undone by workers.</summary>
    public int Recovered { get; private set; }

    public IEnumerable<string> Ids => _transfers.Keys;

    public Transfer? Find(string id) => _transfers.GetValueOrDefault(id);

    public TransferFate FateOf(string id) => _fates[id];

    /// <summary>Takes in what a worker wrote.</summary>
    /// <param name="lines">Its lines.</param>
    /// <param name="certain">How many of them count as received; what later ones say of ends may not have lasted.</param>
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

                // One that begins behind the cut finds no file system any more.
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

    /// <summary>Takes what was seen in the store, and found right, for what is there from now on.</summary>
    public void Adopt(IReadOnlySet<string> seen)
    {
        foreach (var id in _fates.Where(pair => pair.Value == TransferFate.Open).Select(pair => pair.Key).ToList())
        {
            _fates[id] = seen.Contains(id) ? TransferFate.Done : TransferFate.Undone;
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
            case TransferLine.Undone:
                _fates[id] = TransferFate.Undone;
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

    private static (string Word, string Behind) Split(string line) => line.IndexOf(' ', StringComparison.Ordinal) is var end and >= 0 ? (line[..end], line[(end + 1)..]) : (line, string.Empty);
}
