namespace ImageStorage.CrashHarness.Replay;

/// <summary>How long a file that is written front to back was when.</summary>
internal sealed class FileLengths
{
    private readonly List<(int At, long Length)> _writes = [];

    /// <summary>How long it is now.</summary>
    public long Length => _writes.Count == 0 ? 0 : _writes[^1].Length;

    /// <summary>How much of it is on the medium.</summary>
    public long Flushed { get; private set; }

    public void Write(int at, long count) => _writes.Add((at, Length + count));

    /// <summary>A flush covers what had been written before it began.</summary>
    public void Flush(int beganAt)
    {
        foreach (var (at, length) in _writes)
        {
            Flushed = at < beganAt ? Math.Max(Flushed, length) : Flushed;
        }
    }
}
