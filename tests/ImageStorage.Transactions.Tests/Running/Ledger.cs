namespace ImageStorage.Transactions.Tests.Running;

/// <summary>
/// The data that actions change outside of the store, such as rows of a database. The ledger outlives processes.
/// </summary>
internal sealed class Ledger
{
    private readonly SortedSet<string> _rows = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Rows
    {
        get
        {
            lock (_rows)
            {
                return [.. _rows];
            }
        }
    }

    public void Add(string row)
    {
        lock (_rows)
        {
            _rows.Add(row);
        }
    }

    public void Remove(string row)
    {
        lock (_rows)
        {
            _rows.Remove(row);
        }
    }
}
