using System.Buffers.Binary;

namespace ImageStorage.Testing;

/// <summary>
/// Pseudo-random numbers by position: the output function of SplitMix64 (Steele, Lea, Flood 2014) over seed and index.
/// </summary>
internal static class SampleNoise
{
    /// <summary>Returns the number at a position.</summary>
    public static ulong At(int seed, long index)
    {
        // Each seed starts a sequence of its own, far from the others.
        ulong z = unchecked(((ulong)(uint)seed * 0xD1B54A32D192ED03) + ((ulong)(index + 1) * 0x9E3779B97F4A7C15));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }

    /// <summary>Fills a span with the bytes of the sequence, from byte <paramref name="position"/>.</summary>
    public static void Fill(int seed, long position, Span<byte> target)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (!target.IsEmpty)
        {
            int within = (int)(position % sizeof(ulong));
            ulong value = At(seed, position / sizeof(ulong));
            if (within == 0 && target.Length >= sizeof(ulong))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(target, value);
                target = target[sizeof(ulong)..];
                position += sizeof(ulong);
                continue;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(word, value);
            int count = Math.Min(sizeof(ulong) - within, target.Length);
            word.Slice(within, count).CopyTo(target);
            target = target[count..];
            position += count;
        }
    }
}
