namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>A simulated file: what a program reads, and what the medium has for certain.</summary>
internal sealed class MediumFile : MediumNode
{
    private byte[] _bytes;
    private bool _isShared;

    public MediumFile()
    {
        _bytes = [];
        Durable = [];
        IsDirty = false;
    }

    /// <summary>A file after a restart: all that is there is on the medium.</summary>
    public MediumFile(byte[] bytes)
    {
        _bytes = Durable = bytes;
        Length = bytes.Length;
        _isShared = true;
    }

    public int Length { get; private set; }

    /// <summary>The bytes as of the last flush; none before the first.</summary>
    public byte[] Durable { get; private set; }

    /// <summary>Have bytes been written since the last flush?</summary>
    public bool IsDirty { get; private set; }

    /// <summary>Who holds the lock on this file.</summary>
    public object? LockHolder { get; set; }

    public ReadOnlySpan<byte> Live => _bytes.AsSpan(0, Length);

    public int Read(Span<byte> buffer, long offset)
    {
        if (offset >= Length)
        {
            return 0;
        }

        var count = (int)Math.Min(buffer.Length, Length - offset);
        _bytes.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        var end = checked((int)offset + bytes.Length);
        if (_isShared || end > _bytes.Length)
        {
            var larger = new byte[Math.Max(end, Math.Max(Length, _isShared ? 0 : _bytes.Length * 2))];
            Live.CopyTo(larger);
            (_bytes, _isShared) = (larger, false);
        }

        bytes.CopyTo(_bytes.AsSpan((int)offset));
        Length = Math.Max(Length, end);
        IsDirty = true;
    }

    public void SetLength(int length)
    {
        Write([], length);
        Length = length;
    }

    public void Flush()
    {
        if (IsDirty)
        {
            Durable = Live.ToArray();
            IsDirty = false;
        }
    }
}
