namespace ImageStorage.Tests.Resilience;

/// <summary>A source that takes its time before each read.</summary>
internal sealed class PausingStream(byte[] bytes, Action pause) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        pause();
        return base.ReadAsync(buffer, cancellationToken);
    }
}
