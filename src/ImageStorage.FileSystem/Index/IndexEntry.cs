using System.Text;

namespace ImageStorage.FileSystem.Index;

/// <summary>An image and its time of creation.</summary>
internal readonly record struct IndexEntry(DateTimeOffset CreatedAt, ImageKey Key)
{
    /// <summary>
    /// The time of an image whose record could not be read by a rebuild of the index. A listing by time names the image at
    /// the place of the oldest.
    /// </summary>
    public static readonly DateTimeOffset Unknown = DateTimeOffset.MinValue;
}

/// <summary>
/// A position between records, after which a listing continues. With an empty key it precedes all records of its time.
/// </summary>
internal readonly record struct IndexPosition(long Ticks, ReadOnlyMemory<byte> Key)
{
    public static IndexPosition First { get; } = new(long.MinValue, default);

    public static IndexPosition Last { get; } = new(long.MaxValue, default);

    public static IndexPosition Of(IndexEntry entry) => new(entry.CreatedAt.UtcTicks, Encoding.UTF8.GetBytes(entry.Key.Value));

    public static IndexPosition At(DateTimeOffset time) => new(time.UtcTicks, default);

    /// <summary>Compares a record with this position: negative before it, zero at it, positive after it.</summary>
    public int CompareTo(long ticks, ReadOnlySpan<byte> key) => IndexRecord.Compare(ticks, key, Ticks, Key.Span);

    public int CompareTo(in IndexPosition other) => IndexRecord.Compare(Ticks, Key.Span, other.Ticks, other.Key.Span);
}
