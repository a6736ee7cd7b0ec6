using System.Numerics;

namespace ImageStorage.Caching.Memory;

/// <summary>
/// The memory for cached bytes, in chunks that are allocated once and reused, never more than the limit. A chunk is
/// allocated when no free extent is large enough; if that fails, the existing chunks are used. An image gets as few
/// extents as possible, each a power of two of units, by the binary buddy method (Knowlton: A Fast Storage Allocator,
/// 1965; Knuth, TAOCP 1, 2.5). An image wastes less than one unit, and free memory can always be used, however
/// scattered it is.
/// </summary>
internal sealed class PayloadMemory
{
    /// <summary>The number of bytes of one unit.</summary>
    public const int UnitLength = 1 << UnitShift;

    private const int UnitShift = 10;
    private const int MaxOrder = 10;
    private const int UnitsOfChunk = 1 << MaxOrder;
    private const int None = -1;
    private const sbyte NotFree = -1;

    private readonly Lock _gate = new();
    private readonly Func<int, byte[]?> _allocate;
    private readonly byte[]?[] _chunks;
    private readonly int _units;

    // For the first unit of each free extent: its order, and its neighbours in the list of that order. All other units
    // are NotFree.
    private readonly sbyte[] _freeOrder;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _firstOfOrder = new int[MaxOrder + 1];
    private int _freeUnits;

    // The number of units in allocated chunks. Chunks are allocated in order.
    private int _allocatedUnits;

    /// <param name="limit">The maximum number of bytes, rounded down to complete units.</param>
    /// <param name="allocate">Allocates a chunk of a number of bytes; returns null if there is no memory.</param>
    public PayloadMemory(long limit, Func<int, byte[]?> allocate)
    {
        _allocate = allocate;
        _units = checked((int)(limit >> UnitShift));
        _chunks = new byte[]?[(_units + UnitsOfChunk - 1) / UnitsOfChunk];
        (_freeOrder, _next, _previous) = (new sbyte[_units], new int[_units], new int[_units]);
        Array.Fill(_freeOrder, NotFree);
        Array.Fill(_firstOfOrder, None);
    }

    public long LimitBytes => (long)_units << UnitShift;

    public long UsedBytes
    {
        get
        {
            lock (_gate)
            {
                return (long)(_allocatedUnits - _freeUnits) << UnitShift;
            }
        }
    }

    /// <summary>Returns the number of bytes that a payload uses in memory.</summary>
    public static long RoundUp(long length) => (length + UnitLength - 1) & -UnitLength;

    /// <summary>
    /// Rents memory for a number of bytes. Returns null if there is not enough. After any failure nothing is rented.
    /// </summary>
    public Extent[]? TryRent(long length)
    {
        var units = RoundUp(length) >> UnitShift;
        lock (_gate)
        {
            if (units > _freeUnits + _units - _allocatedUnits)
            {
                return null;
            }

            var extents = new List<Extent>(8);
            var isComplete = false;
            try
            {
                for (var left = (int)units; left > 0;)
                {
                    extents.EnsureCapacity(extents.Count + 1);
                    if (TakeLocked(Math.Min(MaxOrder, BitOperations.Log2((uint)left))) is not { } extent)
                    {
                        return null;
                    }

                    extents.Add(extent);
                    left -= 1 << extent.Order;
                }

                Extent[] taken = [.. extents];
                isComplete = true;
                return taken;
            }
            finally
            {
                if (!isComplete)
                {
                    extents.ForEach(PutBackLocked);
                }
            }
        }
    }

    public void Return(Extent[] extents)
    {
        lock (_gate)
        {
            Array.ForEach(extents, PutBackLocked);
        }
    }

    /// <summary>Gets the bytes of a rented extent. Their initial content is undefined.</summary>
    public Memory<byte> this[Extent extent] => _chunks[extent.Chunk].AsMemory(extent.Unit << UnitShift, UnitLength << extent.Order);

    /// <summary>
    /// Takes an extent of this order, or else of the largest available lower order. Returns null if all memory is in
    /// use.
    /// </summary>
    private Extent? TakeLocked(int wanted)
    {
        var order = FreeOrderLocked(wanted);
        while (order > MaxOrder && TryGrowLocked())
        {
            order = FreeOrderLocked(wanted);
        }

        if (order > MaxOrder)
        {
            // There may be enough memory in smaller extents.
            order = wanted - 1;
            while (order >= 0 && _firstOfOrder[order] == None)
            {
                order--;
            }

            if (order < 0)
            {
                return null;
            }
        }

        var unit = _firstOfOrder[order];
        RemoveFreeLocked(unit);
        while (order > wanted)
        {
            order--;
            AddFreeLocked(unit + (1 << order), order);
        }

        return new Extent(unit / UnitsOfChunk, unit % UnitsOfChunk, order);
    }

    /// <summary>
    /// Returns the smallest order of a free extent from this order on, or more than the maximum if there is none.
    /// </summary>
    private int FreeOrderLocked(int order)
    {
        while (order <= MaxOrder && _firstOfOrder[order] == None)
        {
            order++;
        }

        return order;
    }

    /// <summary>Allocates the next chunk, if the limit and the memory allow it.</summary>
    private bool TryGrowLocked()
    {
        var units = Math.Min(UnitsOfChunk, _units - _allocatedUnits);
        if (units == 0 || _allocate(units << UnitShift) is not { } chunk)
        {
            return false;
        }

        var unit = _allocatedUnits;
        _chunks[unit / UnitsOfChunk] = chunk;
        _allocatedUnits += units;
        while (unit < _allocatedUnits)
        {
            var order = BitOperations.Log2((uint)(_allocatedUnits - unit));
            AddFreeLocked(unit, order);
            unit += 1 << order;
        }

        return true;
    }

    private void PutBackLocked(Extent extent)
    {
        var (unit, order) = ((extent.Chunk * UnitsOfChunk) + extent.Unit, extent.Order);
        while (order < MaxOrder)
        {
            var buddy = unit ^ (1 << order);
            if (buddy >= _units || _freeOrder[buddy] != order)
            {
                break;
            }

            RemoveFreeLocked(buddy);
            unit = Math.Min(unit, buddy);
            order++;
        }

        AddFreeLocked(unit, order);
    }

    private void AddFreeLocked(int unit, int order)
    {
        var first = _firstOfOrder[order];
        (_freeOrder[unit], _next[unit], _previous[unit]) = ((sbyte)order, first, None);
        if (first != None)
        {
            _previous[first] = unit;
        }

        _firstOfOrder[order] = unit;
        _freeUnits += 1 << order;
    }

    private void RemoveFreeLocked(int unit)
    {
        var order = _freeOrder[unit];
        var (next, previous) = (_next[unit], _previous[unit]);
        if (previous == None)
        {
            _firstOfOrder[order] = next;
        }
        else
        {
            _next[previous] = next;
        }

        if (next != None)
        {
            _previous[next] = previous;
        }

        _freeOrder[unit] = NotFree;
        _freeUnits -= 1 << order;
    }
}
