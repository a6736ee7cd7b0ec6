namespace ImageStorage.CrashHarness.Replay;

/// <summary>The lengths of a file over time. The file is written front to back.</summary>
internal sealed class FileLengths
{
    private readonly List<(int At, long Length)> _writes = [];

    /// <summary>Gets the current length.</summary>
    public long Length => _writes.Count == 0 ? 0 : _writes[^1].Length;

    /// <summary>Gets the length of the part on the medium.</summary>
    public long Flushed { get; private set; }

    public void Write(int at, long count) => _writes.Add((at, Length + count));

    /// <summary>Applies a flush, which covers the bytes written before its start.</summary>
    public void Flush(int beganAt)
    {
        foreach (var (at, length) in _writes)
        {
            Flushed = at < beganAt ? Math.Max(Flushed, length) : Flushed;
        }
    }
}
