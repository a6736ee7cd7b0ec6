namespace ImageStorage.Benchmarks.Work;

/// <summary>
/// The maximum growth of the managed heap since the start, including garbage and pooled buffers.
/// </summary>
internal sealed class HeapPeak
{
    private readonly long _idle = GC.GetTotalMemory(forceFullCollection: true);
    private long _most;

    public long Bytes => _most - _idle;

    /// <summary>
    /// Collects the garbage of the previous operation, so that only one operation counts. Pooled buffers stay.
    /// </summary>
    public void Begin() => GC.Collect();

    public void Look() => _most = Math.Max(_most, GC.GetTotalMemory(forceFullCollection: false));
}
