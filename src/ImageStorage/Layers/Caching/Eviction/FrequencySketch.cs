using System.Numerics;

namespace ImageStorage.Caching.Eviction;

/// <summary>
/// Estimates how often keys were asked for, in a few bits a key: a count-min sketch of four rows of 4-bit counters (Cormode, Muthukrishnan:
/// An Improved Data Stream Summary, 2005), halved now and then so that what was popular long ago fades (Einziger, Friedman, Manes: TinyLFU,
/// ACM Transactions on Storage 13(4), 2017). Not thread-safe.
/// </summary>
internal sealed class FrequencySketch
{
    /// <summary>Where a counter ends.</summary>
    public const int Most = 15;

    private const int Rows = 4;
    private const int FewestWords = 256;
    private const int MostWords = 1 << 20;
    private const ulong LowThreeBitsOfEach = 0x7777_7777_7777_7777;

    // Sixteen counters a word, four of each row.
    private readonly ulong[] _words;

    /// <param name="keys">About how many keys are to be told apart; two bytes and more for each.</param>
    public FrequencySketch(long keys) => _words = new ulong[BitOperations.RoundUpToPowerOf2((ulong)Math.Clamp(keys / 4, FewestWords, MostWords))];

    /// <summary>How often, as far as this knows: never too low, up to <see cref="Most"/>.</summary>
    public int Estimate(ulong hash)
    {
        var least = Most;
        for (var row = 0; row < Rows; row++)
        {
            var (word, shift) = Place(hash, row);
            least = Math.Min(least, (int)(_words[word] >> shift) & Most);
        }

        return least;
    }

    public void Increment(ulong hash)
    {
        for (var row = 0; row < Rows; row++)
        {
            var (word, shift) = Place(hash, row);
            if (((int)(_words[word] >> shift) & Most) < Most)
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

    private (int Word, int Shift) Place(ulong hash, int row)
    {
        // A hash of its own for each row, from one (Kirsch, Mitzenmacher: Less Hashing, Same Performance, 2008).
        var mixed = (hash + ((ulong)row * (hash >> 32 | 1))) * 0x9E37_79B9_7F4A_7C15;
        return ((int)(mixed >> 32) & (_words.Length - 1), ((row << 2) + ((int)(mixed >> 28) & 3)) << 2);
    }
}
