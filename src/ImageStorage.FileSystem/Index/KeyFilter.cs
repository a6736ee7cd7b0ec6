using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// A set of keys in 8 MiB, whatever their number (a Bloom filter, https://doi.org/10.1145/362686.362692). A key that was
/// not added is taken for a member in 1 of 1,000,000 cases among 1,000,000 keys, and in 1 of 200 among 10,000,000.
/// </summary>
internal sealed class KeyFilter
{
    private const int BitCount = 1 << 26;
    private const int HashCount = 4;
    private readonly ulong[] _words = new ulong[BitCount / 64];

    public void Add(ImageKey key)
    {
        var (first, step) = HashOf(key);
        for (var i = 0; i < HashCount; i++, first += step)
        {
            var bit = first % BitCount;
            _words[bit / 64] |= 1UL << (int)(bit % 64);
        }
    }

    public bool MayContain(ImageKey key)
    {
        var (first, step) = HashOf(key);
        for (var i = 0; i < HashCount; i++, first += step)
        {
            var bit = first % BitCount;
            if ((_words[bit / 64] & (1UL << (int)(bit % 64))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private static (ulong First, ulong Step) HashOf(ImageKey key)
    {
        var hash = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(key.Value.AsSpan()));
        return ((ulong)hash, (ulong)(hash >> 64) | 1);
    }
}
