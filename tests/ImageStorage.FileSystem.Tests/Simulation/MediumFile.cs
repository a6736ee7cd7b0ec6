namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>A simulated file: what a program reads, and what the medium has for certain.</summary>
internal sealed class MediumFile : MediumNode
{
    private Memory<byte> _bytes;
    private bool _isShared;

    public MediumFile()
    {
    }

    /// <summary>A file after a restart: all that is there is on the medium.</summary>
    public MediumFile(Memory<byte> bytes)
    {
        _bytes = Durable = bytes;
        Length = bytes.Length;
        CleanLength = Length;
        _isShared = true;
    }

    public int Length { get; private set; }

    /// <summary>The bytes as of the last flush; none before the first.</summary>
    public Memory<byte> Durable { get; private set; }

    /// <summary>Have bytes been written since the last flush?</summary>
    public bool IsDirty { get; private set; }

    /// <summary>So many bytes at the front were flushed and not written since; a crash cannot take them.</summary>
    public int CleanLength { get; private set; }

    /// <summary>Who holds the lock on this file.</summary>
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
    }

    /// <summary>Replaces all bytes, on the medium too.</summary>
    public void Replace(byte[] bytes)
    {
        _bytes = Durable = bytes;
        (Length, CleanLength, _isShared, IsDirty) = (bytes.Length, bytes.Length, true, false);
    }

    public void Flush()
    {
        if (IsDirty)
        {
            // Files are written once and flushed at their end, so the bytes are shared until somebody writes again.
            Durable = _bytes[..Length];
            (CleanLength, _isShared, IsDirty) = (Length, true, false);
        }
    }
}
