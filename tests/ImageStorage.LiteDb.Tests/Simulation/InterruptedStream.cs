namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>A source that runs a callback at a position.</summary>
internal sealed class InterruptedStream(byte[] content, int at, Action happens) : MemoryStream(content)
{
    private bool _happened;

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = base.Read(buffer, offset, count);
        if (!_happened && Position >= at)
        {
            _happened = true;
            happens();
        }

        return read;
    }

    public override int Read(Span<byte> buffer)
    {
        var bytes = new byte[buffer.Length];
        var read = Read(bytes, 0, bytes.Length);
        bytes.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
}
