using System.Numerics;

namespace ImageStorage.Diagnostics.Measuring;

/// <summary>
/// The buckets of durations: 128 linear buckets for each power of two, from 1 ns to 1 h, as in HdrHistogram. A bucket
/// represents its durations with a relative error of at most 1/256 (0.4 %).
/// </summary>
internal static class DurationScale
{
    /// <summary>The number of buckets of a page. A page has the buckets of one power of two.</summary>
    public const int PageLength = 1 << Bits;

    /// <summary>The number of pages: one for the durations below 128 ns, and one for each of the powers from 7 to 41.</summary>
    public const int PageCount = 36;

    public const int BucketCount = PageCount * PageLength;

    private const int Bits = 7;
    private const long Longest = 3_600_000_000_000;

    /// <summary>Returns the bucket of a duration. Longer durations than an hour count as an hour.</summary>
    public static int BucketOf(long nanoseconds)
    {
        var value = Math.Clamp(nanoseconds, 0, Longest);
        if (value < PageLength)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2((ulong)value) - Bits;
        return (shift << Bits) + (int)(value >> shift);
    }

    /// <summary>Returns the middle of a bucket in nanoseconds.</summary>
    public static double MiddleOf(int bucket)
    {
        var shift = Math.Max(0, (bucket >> Bits) - 1);
        var first = (long)(bucket - (shift << Bits)) << shift;
        return first + (((1L << shift) - 1) / 2.0);
    }
}
