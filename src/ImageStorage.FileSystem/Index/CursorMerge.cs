namespace ImageStorage.FileSystem.Index;

/// <summary>
/// Merges the records of several logs and runs into one order. A run is opened when its times are reached.
/// </summary>
internal sealed class CursorMerge
{
    private readonly List<IndexCursor> _cursors = [];
    private readonly bool _descending;
    private IndexCursor? _current;

    public CursorMerge(IReadOnlyList<IndexCursor> cursors, in IndexPosition start, bool descending)
    {
        _descending = descending;
        foreach (var cursor in cursors)
        {
            if (cursor.Seek(start, descending))
            {
                _cursors.Add(cursor);
            }
        }
    }

    /// <summary>Moves to the next record. Returns its cursor, or <see langword="null"/> at the end.</summary>
    public IndexCursor? Next()
    {
        Advance(_current);
        while (First() is { } first)
        {
            if (first.IsOpen)
            {
                return _current = first;
            }

            Advance(first);
        }

        return _current = null;
    }

    private void Advance(IndexCursor? cursor)
    {
        if (cursor is not null && !cursor.MoveNext())
        {
            _cursors.Remove(cursor);
        }
    }

    private IndexCursor? First()
    {
        IndexCursor? first = null;
        foreach (var cursor in _cursors)
        {
            if (first is null || ComesBefore(cursor, first))
            {
                first = cursor;
            }
        }

        return first;
    }

    // A cursor that is not open may contain any record from its bound on. At equal times it therefore comes first and
    // is opened.
    private bool ComesBefore(IndexCursor x, IndexCursor y)
    {
        if (x.Ticks != y.Ticks)
        {
            return x.Ticks < y.Ticks != _descending;
        }

        return !x.IsOpen || (y.IsOpen && IndexRecord.Compare(x.Ticks, x.Key, y.Ticks, y.Key) is var order && order != 0 && order < 0 != _descending);
    }
}
