using System.Buffers;

namespace ImageStorage.Diagnostics.Measuring;

/// <summary>
/// A complete histogram of durations, for calculations. Packed, a histogram takes two or three bytes for each bucket that
/// is not empty: the distance from the previous one and the count, as variable-length integers. Not thread-safe.
/// </summary>
internal sealed class DurationCounts
{
    private readonly long[] _counts = new long[DurationScale.BucketCount];

    /// <summary>Gets the number of durations.</summary>
    public long Total { get; private set; }

    public void Clear()
    {
        if (Total > 0)
        {
            Array.Clear(_counts);
            Total = 0;
        }
    }

    public void Add(int bucket, long count)
    {
        _counts[bucket] += count;
        Total += count;
    }

    /// <summary>Adds a packed histogram.</summary>
    public void Add(ReadOnlySpan<byte> packed)
    {
        var bucket = 0;
        while (!packed.IsEmpty)
        {
            bucket += (int)ReadNumber(ref packed);
            Add(bucket, ReadNumber(ref packed));
        }
    }

    /// <summary>Returns the packed histogram.</summary>
    public byte[] Pack()
    {
        if (Total == 0)
        {
            return [];
        }

        // A distance has at most 2 bytes, a count at most 9.
        var buffer = ArrayPool<byte>.Shared.Rent(DurationScale.BucketCount * 11);
        var (length, last) = (0, 0);
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            if (_counts[bucket] > 0)
            {
                length = Write(buffer, Write(buffer, length, bucket - last), _counts[bucket]);
                last = bucket;
            }
        }

        var packed = buffer.AsSpan(0, length).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return packed;
    }

    /// <summary>Calculates the figures of all durations, in one pass. A percentile is that of the nearest rank.</summary>
    public DurationFigures Calculate()
    {
        var (rank50, rank95, rank99) = (RankOf(0.50), RankOf(0.95), RankOf(0.99));
        var (seen, sum, p50, p95, p99) = (0L, 0d, 0d, 0d, 0d);
        for (var bucket = 0; bucket < _counts.Length && seen < Total; bucket++)
        {
            if (_counts[bucket] is > 0 and var count)
            {
                var (before, middle) = (seen, DurationScale.MiddleOf(bucket));
                seen += count;
                sum += middle * count;
                p50 = Passes(rank50) ? middle : p50;
                p95 = Passes(rank95) ? middle : p95;
                p99 = Passes(rank99) ? middle : p99;

                bool Passes(long rank) => before < rank && rank <= seen;
            }
        }

        return new DurationFigures(Total, sum / 1e9, p50 / 1e9, p95 / 1e9, p99 / 1e9);
    }

    private long RankOf(double quantile) => (long)Math.Ceiling(quantile * Total);

    private static int Write(byte[] buffer, int at, long number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            buffer[at++] = (byte)(number | 0x80);
        }

        buffer[at++] = (byte)number;
        return at;
    }

    private static long ReadNumber(ref ReadOnlySpan<byte> packed)
    {
        var (number, shift, used) = (0L, 0, 0);
        byte read;
        do
        {
            read = packed[used++];
            number |= (long)(read & 0x7F) << shift;
            shift += 7;
        }
        while (read >= 0x80);
        packed = packed[used..];
        return number;
    }
}
