using System.Buffers;
using System.Runtime.InteropServices;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>The current records of a log, read completely and sorted. Logs are small.</summary>
internal sealed class LogCursor : IndexCursor
{
    private const int TypicalRecordLength = 32;
    private readonly List<LogRecordPosition> _positions;
    private byte[] _bytes;
    private int _index;
    private int _step;

    private LogCursor(byte[] bytes, int length)
    {
        _bytes = bytes;
        Length = length;
        _positions = new List<LogRecordPosition>(length / TypicalRecordLength);
        LogFormat.Parse(bytes.AsSpan(0, length), _positions);
        if (!TrySortNearlySorted(CollectionsMarshal.AsSpan(_positions)))
        {
            _positions.Sort(Compare);
        }
    }

    public int Length { get; }

    public int Records => _positions.Count;

    public int StaleMarkers => _positions.Count(position => At(position).IsStaleMarker);

    public override long Ticks => _positions[_index].Ticks;

    public override ReadOnlySpan<byte> Key => Current.Key;

    public override bool IsStaleMarker => Current.IsStaleMarker;

    /// <summary>Reads a log. Returns <see langword="null"/> if it is gone.</summary>
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
        // The number of records up to the position, and of those before it.
        var (low, high) = (0, _positions.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var record = At(_positions[middle]);
            var order = position.CompareTo(record.Ticks, record.Key);
            (low, high) = order < 0 || (order == 0 && !descending) ? (middle + 1, high) : (low, middle);
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

    private bool IsInside => (uint)_index < (uint)_positions.Count;

    private IndexRecord Current => At(_positions[_index]);

    private IndexRecord At(LogRecordPosition position) => IndexRecord.TryRead(_bytes.AsSpan(position.Offset), out var record) ? record : throw new InvalidOperationException("A record that was read before cannot be read.");

    // Most images are created now, so records arrive nearly in order, and each moves a few positions at most.
    private bool TrySortNearlySorted(Span<LogRecordPosition> positions)
    {
        var moves = 0;
        for (var i = 1; i < positions.Length; i++)
        {
            var position = positions[i];
            var free = i;
            for (; free > 0 && Compare(positions[free - 1], position) > 0; free--)
            {
                positions[free] = positions[free - 1];
                if (++moves > 8 * positions.Length)
                {
                    positions[free - 1] = position;
                    return false;
                }
            }

            positions[free] = position;
        }

        return true;
    }

    private int Compare(LogRecordPosition x, LogRecordPosition y) =>
        x.Ticks != y.Ticks ? x.Ticks.CompareTo(y.Ticks) : IndexRecord.Compare(x.Ticks, At(x).Key, y.Ticks, At(y).Key);
}
