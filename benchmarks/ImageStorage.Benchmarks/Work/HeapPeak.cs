namespace ImageStorage.Benchmarks.Work;

/// <summary>
/// The most bytes that the managed heap has held beyond what it held at first, garbage and pooled buffers included.
/// </summary>
internal sealed class HeapPeak
{
    private readonly long _idle = GC.GetTotalMemory(forceFullCollection: true);
    private long _most;

    public long Bytes => _most - _idle;

    /// <summary>Drops the garbage of the operation before, so that only that of one operation counts; buffers in the pool stay.</summary>
    public void Begin() => GC.Collect();

    public void Look() => _most = Math.Max(_most, GC.GetTotalMemory(forceFullCollection: false));
}
