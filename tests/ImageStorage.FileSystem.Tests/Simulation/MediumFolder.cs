namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>
/// A simulated folder: its entries as programs see them, the entries on the medium, and the changes in between.
/// </summary>
internal sealed class MediumFolder : MediumNode
{
    private readonly Dictionary<string, MediumEntry> _live = new(StringComparer.Ordinal);
    private readonly List<(string FoldedName, MediumEntry? Entry)> _pending = [];
    private Dictionary<string, MediumEntry> _durable = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, MediumEntry> Live => _live;

    public IReadOnlyDictionary<string, MediumEntry> Durable => _durable;

    /// <summary>Gets the changes since the last flush, oldest first; <see langword="null"/> is a removal.</summary>
    public IReadOnlyList<(string FoldedName, MediumEntry? Entry)> Pending => _pending;

    public MediumNode? Find(string foldedName) => _live.TryGetValue(foldedName, out var entry) ? entry.Node : null;

    public void Set(string foldedName, MediumEntry entry)
    {
        _live[foldedName] = entry;
        _pending.Add((foldedName, entry));
    }

    public void Remove(string foldedName)
    {
        _live.Remove(foldedName);
        _pending.Add((foldedName, null));
    }

    public void Flush()
    {
        _durable = new Dictionary<string, MediumEntry>(_live, StringComparer.Ordinal);
        _pending.Clear();
    }
}
