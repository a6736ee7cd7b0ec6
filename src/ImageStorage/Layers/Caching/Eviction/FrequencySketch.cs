using System.Numerics;

namespace ImageStorage.Caching.Eviction;

/// <summary>
/// Estimates the number of requests for a key in a few bits per key: a count-min sketch of four rows of 4-bit counters
/// (Cormode, Muthukrishnan: An Improved Data Stream Summary, 2005), halved periodically so that old requests count less
/// (Einziger, Friedman, Manes: TinyLFU, ACM Transactions on Storage 13(4), 2017). Not thread-safe.
/// </summary>
internal sealed class FrequencySketch
{
    /// <summary>The maximum value of a counter.</summary>
    public const int MaxCount = 15;

    private const int Rows = 4;
    private const int MinWords = 256;
    private const int MaxWords = 1 << 20;
    private const ulong LowThreeBitsOfEach = 0x7777_7777_7777_7777;

    // Sixteen counters per word, four of each row.
    private readonly ulong[] _words;

    /// <param name="keys">The approximate number of distinct keys; at least two bytes are used for each.</param>
    public FrequencySketch(long keys) => _words = new ulong[BitOperations.RoundUpToPowerOf2((ulong)Math.Clamp(keys / 4, MinWords, MaxWords))];

    /// <summary>Returns the estimated number of requests: never too low, at most <see cref="MaxCount"/>.</summary>
    public int Estimate(ulong hash)
    {
        var least = MaxCount;
        for (var row = 0; row < Rows; row++)
        {
            var (word, shift) = Locate(hash, row);
            least = Math.Min(least, (int)(_words[word] >> shift) & MaxCount);
        }

        return least;
    }

    public void Increment(ulong hash)
    {
        for (var row = 0; row < Rows; row++)
        {
            var (word, shift) = Locate(hash, row);
            if (((int)(_words[word] >> shift) & MaxCount) < MaxCount)
            {
                _words[word] += 1UL << shift;
            }
        }
    }

    /// <summary>Halves all counters.</summary>
    public void Halve()
    {
        for (var index = 0; index < _words.Length; index++)
        {
            _words[index] = _words[index] >> 1 & LowThreeBitsOfEach;
        }
    }

    private (int Word, int Shift) Locate(ulong hash, int row)
    {
        // A different hash for each row, derived from a single hash (Kirsch, Mitzenmacher: Less Hashing, Same
        // Performance, 2008).
        var mixed = (hash + ((ulong)row * (hash >> 32 | 1))) * 0x9E37_79B9_7F4A_7C15;
        return ((int)(mixed >> 32) & (_words.Length - 1), ((row << 2) + ((int)(mixed >> 28) & 3)) << 2);
    }
}
