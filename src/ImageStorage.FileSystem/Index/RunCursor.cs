using System.Buffers;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>The records of a run, block by block. The file is opened when a listing reaches its times.</summary>
internal sealed class RunCursor(IVolume volume, string path, IndexRun run) : IndexCursor
{
    private const int MaxRecords = RunFormat.BlockLength / 12;
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(RunFormat.BlockLength);
    private readonly ushort[] _offsets = ArrayPool<ushort>.Shared.Rent(MaxRecords);
    private VolumeFile? _file;
    private int _number = -1;
    private int _count;
    private int _index;
    private IndexPosition _start;
    private bool _descending;

    public override long Ticks => IsOpen ? Current.Ticks : _descending ? Math.Min(run.LastTicks, _start.Ticks) : Math.Max(run.FirstTicks, _start.Ticks);

    public override ReadOnlySpan<byte> Key => IsOpen ? Current.Key : default;

    public override bool IsStaleMarker => Current.IsStaleMarker;

    public override bool IsOpen => _file is not null;

    /// <summary>Records the start position. The first <see cref="MoveNext"/> opens the file.</summary>
    public override bool Seek(in IndexPosition position, bool descending)
    {
        (_start, _descending) = (position, descending);
        return !IsOpen ? (descending ? run.FirstTicks <= position.Ticks : run.LastTicks >= position.Ticks) : SeekOpened();
    }

    public override bool MoveNext()
    {
        if (_file is null)
        {
            _file = volume.OpenRead(path) ?? throw new IndexDamagedException("a run that the manifest names is missing");
            return SeekOpened();
        }

        _index += _descending ? -1 : 1;
        if ((uint)_index < (uint)_count)
        {
            return true;
        }

        var next = _number + (_descending ? -1 : 1);
        if ((uint)next >= (uint)run.Blocks)
        {
            return false;
        }

        Load(next);
        _index = _descending ? _count - 1 : 0;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        _file?.Dispose();
        ArrayPool<byte>.Shared.Return(_block);
        ArrayPool<ushort>.Shared.Return(_offsets);
    }

    private IndexRecord Current => At(_index);

    private bool SeekOpened()
    {
        // The last block whose first record does not follow the position contains the position, or ends before it.
        var (low, high) = (0, run.Blocks - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            Load(middle);
            (low, high) = _start.CompareTo(At(0).Ticks, At(0).Key) <= 0 ? (middle, high) : (low, middle - 1);
        }

        Load(low);
        _index = _descending ? _count : -1;
        if (_descending)
        {
            while (--_index >= 0 && _start.CompareTo(Current.Ticks, Current.Key) >= 0)
            {
            }

            // The first record of this block may be at the position itself. The previous records are in the previous
            // block.
            _index++;
        }
        else
        {
            while (++_index < _count && _start.CompareTo(Current.Ticks, Current.Key) <= 0)
            {
            }

            _index--;
        }

        return MoveNext();
    }

    private void Load(int number)
    {
        if (number == _number)
        {
            return;
        }

        var block = _block.AsSpan(0, RunFormat.BlockLength);
        _number = -1;
        if (_file!.Read(block, (long)number * RunFormat.BlockLength) != block.Length)
        {
            throw new IndexDamagedException("a run is shorter than the manifest says");
        }

        var used = RunFormat.Check(block, number);
        _count = 0;
        for (var offset = RunFormat.HeaderLength; offset < used;)
        {
            if (_count == MaxRecords || !IndexRecord.TryRead(block[offset..used], out var record))
            {
                throw new IndexDamagedException("a block of a run cannot be read");
            }

            _offsets[_count++] = (ushort)offset;
            offset += record.Length;
        }

        _number = number;
    }

    private IndexRecord At(int index) => IndexRecord.TryRead(_block.AsSpan(_offsets[index]), out var record) ? record : throw new InvalidOperationException("A record that was read before cannot be read.");
}
