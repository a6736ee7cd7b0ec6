namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>
/// The reference: exact least recently used by bytes. A read makes an entry the newest; the oldest entries are evicted
/// until a new entry fits.
/// </summary>
internal sealed class ExactLruCache(ImageTrace trace, long budget) : IMeasuredCache
{
    private readonly Dictionary<int, LinkedListNode<int>> _nodes = [];
    private readonly LinkedList<int> _oldestFirst = [];

    public string Name => "exact byte-LRU";

    public long Bytes { get; private set; }

    public ValueTask<bool> RequestAsync(int image)
    {
        if (_nodes.TryGetValue(image, out var node))
        {
            _oldestFirst.Remove(node);
            _oldestFirst.AddLast(node);
            return ValueTask.FromResult(true);
        }

        var length = trace.Lengths[image];
        if (length <= budget)
        {
            while (Bytes + length > budget)
            {
                var oldest = _oldestFirst.First!.Value;
                _oldestFirst.RemoveFirst();
                _nodes.Remove(oldest);
                Bytes -= trace.Lengths[oldest];
            }

            _nodes.Add(image, _oldestFirst.AddLast(image));
            Bytes += length;
        }

        return ValueTask.FromResult(false);
    }

    public void Dispose()
    {
    }
}
