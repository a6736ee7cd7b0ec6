namespace ImageStorage.Caching.Eviction;

/// <summary>
/// Keeps the images with the most recent requests per byte.
/// <list type="number">
/// <item>New nodes enter a window of 1 % of the budget, ordered by use.</item>
/// <item>A node that leaves the window moves to the main area if there is room.</item>
/// <item>
/// Otherwise the node competes with a victim: the node of lowest value among 16 nodes drawn at random from the main
/// area.
/// </item>
/// <item>
/// The value is the estimated number of recent requests per byte. A tie keeps the node that is already there, so a scan
/// displaces nothing.
/// </item>
/// </list>
/// </summary>
/// <remarks>
/// Admission is W-TinyLFU (Einziger, Friedman, Manes: TinyLFU, ACM Transactions on Storage 13(4), 2017), weighed by
/// bytes (Einziger, Eytan, Friedman, Manes: Lightweight Robust Size Aware Cache Management, ACM Transactions on Storage
/// 18(3), 2022). The victim is the worst of a random sample instead of the oldest of a list, as in hyperbolic caching
/// (Blankstein, Sen, Freedman, USENIX ATC 2017): the order of a list says nothing about value, and a hit moves nothing.
/// docs/design/caching.md has the measured rates.
/// </remarks>
internal sealed class FrequencyPolicy : IEvictionPolicy
{
    // Images smaller than this on average share counters.
    private const int BytesPerKey = 4 << 10;
    private const int WindowPercent = 1;
    private const int SampleSize = 16;

    // Frequencies are halved after this number of requests per node. Longer memories had worse rates in all traces,
    // also in the static ones.
    private const int RequestsPerNode = 16;
    private const int MinRequests = 1024;

    private readonly FrequencySketch _frequencies;
    private readonly NodeList _window = new();
    private readonly NodeBag _main = new();
    private readonly Random _random;
    private readonly long _maxWindow;
    private readonly long _maxMain;
    private long _requests;

    /// <param name="capacity">The bytes of the budget.</param>
    /// <param name="random">Draws the samples.</param>
    public FrequencyPolicy(long capacity, Random random)
    {
        _random = random;
        _frequencies = new FrequencySketch(capacity / BytesPerKey);
        _maxWindow = capacity / 100 * WindowPercent;
        _maxMain = capacity - _maxWindow;
    }

    // The newest node stays in the window, also if the node is larger than the window.
    private bool IsWindowFull => _window.Bytes > _maxWindow && _window.Count > 1;

    public void Add(CacheNode node)
    {
        _window.Add(node);
        MoveToMain();
    }

    public void Touch(CacheNode node)
    {
        Count(node.Hash);
        if (node.Owner == _window)
        {
            _window.MoveToNewest(node);
        }
    }

    public void Miss(ulong hash) => Count(hash);

    public void Remove(CacheNode node)
    {
        if (node.Owner == _window)
        {
            _window.Remove(node);
        }
        else
        {
            _main.Remove(node);
        }
    }

    public CacheNode? ChooseVictim()
    {
        MoveToMain();
        if (_main.Count == 0)
        {
            return _window.Oldest;
        }

        var victim = SampleVictim();
        return IsWindowFull && !IsWorthMore(_window.Oldest!, victim) ? _window.Oldest : victim;
    }

    private void MoveToMain()
    {
        while (IsWindowFull && _window.Oldest is { } oldest && _main.Bytes + oldest.Size <= _maxMain)
        {
            _window.Remove(oldest);
            _main.Add(oldest);
        }
    }

    private CacheNode SampleVictim()
    {
        var least = _main[_random.Next(_main.Count)];
        for (var drawn = 1; drawn < SampleSize; drawn++)
        {
            var other = _main[_random.Next(_main.Count)];
            if (IsWorthMore(least, other))
            {
                least = other;
            }
        }

        return least;
    }

    // Compares requests per byte without a division. A tie keeps the node that is already there, so that a scan
    // displaces nothing.
    private bool IsWorthMore(CacheNode candidate, CacheNode other) =>
        _frequencies.Estimate(candidate.Hash) * (Int128)other.Size > _frequencies.Estimate(other.Hash) * (Int128)candidate.Size;

    private void Count(ulong hash)
    {
        _frequencies.Increment(hash);
        if (++_requests >= Math.Max(MinRequests, RequestsPerNode * (long)(_window.Count + _main.Count)))
        {
            _requests = 0;
            _frequencies.Halve();
        }
    }
}
