using System.Buffers;
using System.Runtime.InteropServices;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>The records of a log as it is now, read whole and sorted: logs are small.</summary>
internal sealed class LogCursor : IndexCursor
{
    private const int UsualRecordLength = 32;
    private readonly List<LogPlace> _places;
    private byte[] _bytes;
    private int _index;
    private int _step;

    private LogCursor(byte[] bytes, int length)
    {
        _bytes = bytes;
        Length = length;
        _places = new List<LogPlace>(length / UsualRecordLength);
        LogFormat.Parse(bytes.AsSpan(0, length), _places);
        if (!TrySortNearlySorted(CollectionsMarshal.AsSpan(_places)))
        {
            _places.Sort(Compare);
        }
    }

    public int Length { get; }

    public int Records => _places.Count;

    public int StaleMarkers => _places.Count(place => At(place).IsStaleMarker);

    public override long Ticks => _places[_index].Ticks;

    public override ReadOnlySpan<byte> Key => Current.Key;

    public override bool IsStaleMarker => Current.IsStaleMarker;

    /// <summary>Reads a log, or answers null when it is gone.</summary>
    public static LogCursor? Open(IVolume volume, string path)
    {
        using var file = volume.OpenRead(path);
        if (file is null)
        {
            return null;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(checked((int)file.Length) + 1);
        try
        {
            return new LogCursor(bytes, file.Read(bytes, 0));
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(bytes);
            throw;
        }
    }

    public override bool Seek(in IndexPosition position, bool descending)
    {
        // The number of records in front of the position or at it, and of those in front of it.
        var (low, high) = (0, _places.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var record = At(_places[middle]);
            var side = position.CompareTo(record.Ticks, record.Key);
            (low, high) = side < 0 || (side == 0 && !descending) ? (middle + 1, high) : (low, middle);
        }

        (_index, _step) = descending ? (low - 1, -1) : (low, 1);
        return IsInside;
    }

    public override bool MoveNext()
    {
        _index += _step;
        return IsInside;
    }

    protected override void Dispose(bool disposing)
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private bool IsInside => (uint)_index < (uint)_places.Count;

    private IndexRecord Current => At(_places[_index]);

    private IndexRecord At(LogPlace place) => IndexRecord.TryRead(_bytes.AsSpan(place.Offset), out var record) ? record : throw new InvalidOperationException("A record that was read before cannot be read.");

    // Records come nearly in order, as images are mostly created now: each moves a few places at most.
    private bool TrySortNearlySorted(Span<LogPlace> places)
    {
        var moves = 0;
        for (var i = 1; i < places.Length; i++)
        {
            var place = places[i];
            var free = i;
            for (; free > 0 && Compare(places[free - 1], place) > 0; free--)
            {
                places[free] = places[free - 1];
                if (++moves > 8 * places.Length)
                {
                    places[free - 1] = place;
                    return false;
                }
            }

            places[free] = place;
        }

        return true;
    }

    private int Compare(LogPlace x, LogPlace y) =>
        x.Ticks != y.Ticks ? x.Ticks.CompareTo(y.Ticks) : IndexRecord.Compare(x.Ticks, At(x).Key, y.Ticks, At(y).Key);
}
