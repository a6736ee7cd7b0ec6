namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>A simulated file: the bytes that a program reads, and the bytes that are certainly on the medium.</summary>
internal sealed class MediumFile : MediumNode
{
    private readonly List<(int From, int To)> _lost = [];
    private Memory<byte> _bytes;
    private bool _isShared;

    public MediumFile()
    {
    }

    /// <summary>Creates a file as after a restart: all bytes are on the medium.</summary>
    public MediumFile(Memory<byte> bytes)
    {
        _bytes = Durable = bytes;
        Length = bytes.Length;
        CleanLength = Length;
        _isShared = true;
    }

    public int Length { get; private set; }

    /// <summary>Gets the bytes as of the last flush; none before the first.</summary>
    public Memory<byte> Durable { get; private set; }

    /// <summary>Gets a value that indicates whether bytes were written since the last flush.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>Gets a value that indicates whether a program reads other bytes than those on the medium.</summary>
    public bool IsAhead => IsDirty || _lost.Count > 0;

    /// <summary>
    /// Gets the number of bytes at the start that were flushed and not written since. A crash cannot lose them.
    /// </summary>
    public int CleanLength { get; private set; }

    /// <summary>Gets or sets the holder of the lock on this file.</summary>
    public object? LockHolder { get; set; }

    public ReadOnlySpan<byte> Live => _bytes.Span[..Length];

    public int Read(Span<byte> buffer, long offset)
    {
        if (offset >= Length)
        {
            return 0;
        }

        var count = (int)Math.Min(buffer.Length, Length - offset);
        Live.Slice((int)offset, count).CopyTo(buffer);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        var end = checked((int)offset + bytes.Length);
        if (_isShared || end > _bytes.Length)
        {
            var larger = MediumMemory.Allocate(Math.Max(end, end > _bytes.Length ? _bytes.Length * 2 : Length));
            Live.CopyTo(larger.Span);
            (_bytes, _isShared) = (larger, false);
        }

        bytes.CopyTo(_bytes.Span[(int)offset..]);
        Length = Math.Max(Length, end);
        CleanLength = (int)Math.Min(CleanLength, offset);
        IsDirty = true;
        _lost.RemoveAll(range => range.From >= offset && range.To <= end);
    }

    /// <summary>Replaces all bytes, also on the medium.</summary>
    public void Replace(byte[] bytes)
    {
        _bytes = Durable = bytes;
        (Length, CleanLength, _isShared, IsDirty) = (bytes.Length, bytes.Length, true, false);
        _lost.Clear();
    }

    public void Flush()
    {
        if (IsDirty)
        {
            // Files are written once and flushed at their end, so the bytes are shared until the next write.
            (Durable, _isShared) = _lost.Count == 0 ? (_bytes[..Length], true) : (WithoutLost(), _isShared);
            (CleanLength, IsDirty) = (_lost.Count == 0 ? Length : _lost.Min(range => range.From), false);
        }
    }

    /// <summary>
    /// Simulates a failed flush as on Linux: the unwritten bytes count as written and are read, but are not on the
    /// medium until they are written again.
    /// </summary>
    public void DropUnflushed()
    {
        if (IsDirty)
        {
            _lost.Add((CleanLength, Length));
            IsDirty = false;
        }
    }

    private Memory<byte> WithoutLost()
    {
        var bytes = MediumMemory.Copy(Live);
        foreach (var (from, to) in _lost)
        {
            // A hole, where there was nothing before.
            var lost = bytes.Span[from..to];
            lost.Clear();
            var before = Durable.Span[Math.Min(from, Durable.Length)..Math.Min(to, Durable.Length)];
            before.CopyTo(lost);
        }

        return bytes;
    }
}
