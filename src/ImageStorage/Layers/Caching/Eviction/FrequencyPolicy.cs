namespace ImageStorage.Caching.Eviction;

/// <summary>
/// Keeps what is asked for most often for each byte that it takes. New nodes enter a small window, the last to come the last to go; a node that
/// falls out of it stays only if it is worth more than one that it would displace. So a scan passes through the window, and a large image must be worth the
/// small ones in whose place it lies.
/// </summary>
/// <remarks>
/// Admission is that of W-TinyLFU (Einziger, Friedman, Manes: TinyLFU, ACM Transactions on Storage 13(4), 2017), weighed by bytes (Einziger,
/// Eytan, Friedman, Manes: Lightweight Robust Size Aware Cache Management, ACM Transactions on Storage 18(3), 2022). The victim is the
/// worst of a random sample instead of the oldest of a list, as in hyperbolic caching (Blankstein, Sen, Freedman, USENIX ATC 2017): a list is in the
/// order of use, which says nothing about worth, and a hit need not move anything. docs/caching.md has the measured rates of both.
/// </remarks>
internal sealed class FrequencyPolicy : IEvictionPolicy
{
    // Where images are smaller than this on average, several of them begin to share counters.
    private const int BytesForEachKey = 4 << 10;
    private const int WindowPercent = 1;
    private const int SampleSize = 16;

    // Frequencies are halved after so many requests for each node: longer memories were worse in all traces, the static ones included.
    private const int RequestsForEachNode = 16;
    private const int FewestRequests = 1024;

    private readonly FrequencySketch _frequencies;
    private readonly NodeList _window = new();
    private readonly NodeBag _main = new();
    private readonly Random _random;
    private readonly long _mostWindow;
    private readonly long _mostMain;
    private long _requests;

    /// <param name="capacity">The bytes of the budget.</param>
    /// <param name="random">Draws the samples.</param>
    public FrequencyPolicy(long capacity, Random random)
    {
        _random = random;
        _frequencies = new FrequencySketch(capacity / BytesForEachKey);
        _mostWindow = capacity / 100 * WindowPercent;
        _mostMain = capacity - _mostWindow;
    }

    // The newest node stays in the window even where it is larger than that.
    private bool IsWindowFull => _window.Bytes > _mostWindow && _window.Count > 1;

    public void Add(CacheNode node)
    {
        _window.Add(node);
        MoveWhatFits();
    }

    public void Touch(CacheNode node)
    {
        Count(node.Hash);
        if (node.Owner == _window)
        {
            _window.Renew(node);
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
        MoveWhatFits();
        if (_main.Count == 0)
        {
            return _window.Oldest;
        }

        var victim = LeastWorth();
        return IsWindowFull && !IsWorthMore(_window.Oldest!, victim) ? _window.Oldest : victim;
    }

    private void MoveWhatFits()
    {
        while (IsWindowFull && _window.Oldest is { } oldest && _main.Bytes + oldest.Size <= _mostMain)
        {
            _window.Remove(oldest);
            _main.Add(oldest);
        }
    }

    private CacheNode LeastWorth()
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

    // Compares frequencies for each byte, without dividing. A tie goes to the one that is there, so that a scan displaces nothing.
    private bool IsWorthMore(CacheNode candidate, CacheNode other) =>
        _frequencies.Estimate(candidate.Hash) * (Int128)other.Size > _frequencies.Estimate(other.Hash) * (Int128)candidate.Size;

    private void Count(ulong hash)
    {
        _frequencies.Increment(hash);
        if (++_requests >= Math.Max(FewestRequests, RequestsForEachNode * (long)(_window.Count + _main.Count)))
        {
            _requests = 0;
            _frequencies.Halve();
        }
    }
}
