using System.Buffers.Binary;

namespace ImageStorage.FileSystem.Index;

/// <summary>A record of a log or a run: an image and its time of creation, or a stale marker for that entry.</summary>
/// <remarks>
/// <code>
///  0  key length   u16, 1 to 512
///  2  kind         u8, 1 an entry, 2 a stale marker
///  3  time         i64, ticks
/// 11  key          UTF-8
/// </code>
/// Numbers are little-endian.
/// </remarks>
internal readonly ref struct IndexRecord(long ticks, ReadOnlySpan<byte> key, bool isStaleMarker)
{
    public const int MaxLength = HeaderLength + ImageKey.MaxBytes;
    private const int HeaderLength = 11;
    private const byte EntryKind = 1;
    private const byte StaleMarkerKind = 2;

    public long Ticks { get; } = ticks;

    public ReadOnlySpan<byte> Key { get; } = key;

    public bool IsStaleMarker { get; } = isStaleMarker;

    public int Length => HeaderLength + Key.Length;

    /// <summary>
    /// Reads the record at the start of some bytes. Returns <see langword="false"/> if there is none.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out IndexRecord record)
    {
        record = default;
        if (bytes.Length <= HeaderLength)
        {
            return false;
        }

        var keyLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(bytes[3..]);
        if (keyLength is 0 or > ImageKey.MaxBytes || bytes.Length < HeaderLength + keyLength || bytes[2] is not (EntryKind or StaleMarkerKind)
            || ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        record = new IndexRecord(ticks, bytes.Slice(HeaderLength, keyLength), bytes[2] == StaleMarkerKind);
        return true;
    }

    public void WriteTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)Key.Length);
        target[2] = IsStaleMarker ? StaleMarkerKind : EntryKind;
        BinaryPrimitives.WriteInt64LittleEndian(target[3..], Ticks);
        Key.CopyTo(target[HeaderLength..]);
    }

    /// <summary>Compares two records: by time, then by key in the order of <see cref="ImageKey"/>.</summary>
    public static int Compare(long ticks, ReadOnlySpan<byte> key, long otherTicks, ReadOnlySpan<byte> otherKey) =>
        ticks != otherTicks ? ticks.CompareTo(otherTicks) : CompareKeys(key, otherKey);

    // Keys are ordered by their UTF-16 units. This is the order of their UTF-8 bytes with one exception: characters
    // beyond the first plane (lead bytes F0 and up) are surrogates in UTF-16, which precede U+E000 to U+FFFF (EE and
    // EF).
    private static int CompareKeys(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        var common = x.CommonPrefixLength(y);
        if (common == x.Length || common == y.Length)
        {
            return x.Length.CompareTo(y.Length);
        }

        var (a, b) = (x[common], y[common]);
        return a >= 0xEE && b >= 0xEE && (a >= 0xF0) != (b >= 0xF0) ? b.CompareTo(a) : a.CompareTo(b);
    }
}
