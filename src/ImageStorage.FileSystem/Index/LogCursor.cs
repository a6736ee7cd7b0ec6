using System.Buffers;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>The records of a log as it is now, read whole and sorted: logs are small.</summary>
internal sealed class LogCursor : IndexCursor
{
    private readonly List<int> _offsets = [];
    private byte[] _bytes;
    private int _index;
    private int _step;

    private LogCursor(byte[] bytes, int length)
    {
        _bytes = bytes;
        Length = length;
        LogFormat.Parse(bytes.AsSpan(0, length), _offsets);
        Sort();
    }

    public int Length { get; }

    public int Records => _offsets.Count;

    public int Suspicions => _offsets.Count(offset => IndexRecord.TryRead(_bytes.AsSpan(offset), out var record) && record.IsSuspicion);

    public override long Ticks => Current.Ticks;

    public override ReadOnlySpan<byte> Key => Current.Key;

    public override bool IsSuspicion => Current.IsSuspicion;

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
        var (low, high) = (0, _offsets.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var record = At(middle);
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

    private bool IsInside => (uint)_index < (uint)_offsets.Count;

    private IndexRecord Current => At(_index);

    private IndexRecord At(int index) => IndexRecord.TryRead(_bytes.AsSpan(_offsets[index]), out var record) ? record : throw new InvalidOperationException("A record that was read before cannot be read.");

    // Records come nearly in order, as images are mostly created now.
    private void Sort()
    {
        for (var i = 1; i < _offsets.Count; i++)
        {
            if (Compare(_offsets[i - 1], _offsets[i]) > 0)
            {
                _offsets.Sort(Compare);
                return;
            }
        }
    }

    private int Compare(int x, int y)
    {
        IndexRecord.TryRead(_bytes.AsSpan(x), out var first);
        IndexRecord.TryRead(_bytes.AsSpan(y), out var second);
        return IndexRecord.Compare(first.Ticks, first.Key, second.Ticks, second.Key);
    }
}
