namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>The contents of a file, as programs see them and as they are on the medium.</summary>
internal sealed class SimulatedFile
{
    private const int Sector = 512;
    private const int Page = 4096;
    private readonly HashSet<int> _dirty = [];
    private byte[] _seen = [];

    public int Length { get; private set; }

    public byte[] Durable { get; private set; } = [];

    public bool IsOpen { get; set; }

    public int Read(Span<byte> buffer, long offset)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        _seen.AsSpan((int)Math.Min(offset, Length), count).CopyTo(buffer);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (offset + bytes.Length > Length)
        {
            SetLength(offset + bytes.Length);
        }

        bytes.CopyTo(_seen.AsSpan((int)offset));
        Touch(offset, offset + bytes.Length);
    }

    public void SetLength(long length)
    {
        if (length > _seen.Length)
        {
            Array.Resize(ref _seen, (int)Math.Max(length, _seen.Length * 2L));
        }

        if (length < Length)
        {
            _seen.AsSpan((int)length, Length - (int)length).Clear();
            Touch(length, Length);
        }

        Length = (int)length;
    }

    public void Flush() => FlushTo(Length);

    /// <summary>Flushes the bytes and a length that has grown; a truncation is not on the medium yet.</summary>
    public void FlushBytes() => FlushTo(Math.Max(Length, Durable.Length));

    /// <summary>
    /// Simulates a failed flush: like Linux, later flushes regard the bytes as written, although they are not on the
    /// medium.
    /// </summary>
    public void DropUnflushed() => _dirty.Clear();

    public SimulatedFile After(CutKind kind, Random random)
    {
        var content = kind switch
        {
            CutKind.Kill => _seen[..Length],
            CutKind.Power => Durable,
            _ => Pieces(random),
        };
        var file = new SimulatedFile();
        file.Write(content, 0);
        file.Flush();
        return file;
    }

    private void FlushTo(int length)
    {
        var durable = new byte[length];
        Durable.AsSpan(0, Math.Min(length, Durable.Length)).CopyTo(durable);
        foreach (var start in _dirty.Select(page => page * Page).Where(start => start < Length))
        {
            _seen.AsSpan(start, Math.Min(Page, Length - start)).CopyTo(durable.AsSpan(start));
        }

        _dirty.Clear();
        Durable = durable;
    }

    private byte[] Pieces(Random random)
    {
        // The length on the medium, the length that the program sees, or a length between.
        var length = random.Next(3) switch { 0 => Durable.Length, 1 => Length, _ => random.Next(Math.Min(Length, Durable.Length), Math.Max(Length, Durable.Length) + 1) };
        var content = new byte[length];
        Durable.AsSpan(0, Math.Min(length, Durable.Length)).CopyTo(content);
        for (var start = 0; start < Math.Min(length, Length); start += Sector)
        {
            if (random.Next(2) == 0)
            {
                _seen.AsSpan(start, Math.Min(Sector, Math.Min(length, Length) - start)).CopyTo(content.AsSpan(start));
            }
        }

        return content;
    }

    private void Touch(long from, long to)
    {
        for (var page = (int)(from / Page); (long)page * Page < to; page++)
        {
            _dirty.Add(page);
        }
    }
}
