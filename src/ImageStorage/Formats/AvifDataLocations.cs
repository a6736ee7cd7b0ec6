namespace ImageStorage.Formats;

/// <summary>
/// The locations of the data of items and tracks that the scanner must still visit, ordered by position.
/// </summary>
internal sealed class AvifDataLocations
{
    private const int MaxSeen = 16;

    private readonly List<AvifDataLocation> _locations = [];
    private readonly long[] _seen = new long[MaxSeen];
    private int _seenCount;

    /// <summary>Gets or sets the largest end position of any data; 0 without data.</summary>
    public long DataEnd { get; set; }

    /// <summary>
    /// Gets or sets a value that indicates whether a configuration of AV1 (<c>av1C</c>) lacks a sequence header.
    /// </summary>
    public bool HasBareConfiguration { get; set; }

    /// <summary>Gets a value that indicates whether a location must be visited.</summary>
    public bool HasNext => _locations.Count > 0;

    /// <summary>Gets the position of the first location that must be visited.</summary>
    public long First => _locations[^1].Offset;

    public void Clear()
    {
        _locations.Clear();
        (_seenCount, DataEnd, HasBareConfiguration) = (0, 0, false);
    }

    public void Add(AvifDataLocation location) => _locations.Add(location);

    /// <summary>Sorts the locations by item, for <see cref="SetKind"/>.</summary>
    public void SortByItem() => _locations.Sort(static (left, right) => left.Item.CompareTo(right.Item));

    /// <summary>Sets the kind of the data of an item. Returns the location, or null for an item without data.</summary>
    public AvifDataLocation? SetKind(uint item, AvifDataKind kind)
    {
        (int low, int high) = (0, _locations.Count - 1);
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = _locations[middle].Item.CompareTo(item);
            if (order == 0)
            {
                return _locations[middle] = _locations[middle] with { Kind = kind };
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>Records that the data at a position were inspected before their description.</summary>
    public void RecordInspected(long position)
    {
        if (_seenCount < MaxSeen)
        {
            _seen[_seenCount++] = position;
        }
    }

    /// <summary>Sorts the locations by position, the last first, and removes locations that need no visit.</summary>
    /// <param name="position">The position up to which the content has been read.</param>
    /// <returns>The reason why a location cannot be visited, or null.</returns>
    public string? SortByPosition(long position)
    {
        _locations.RemoveAll(static location => location.IsInDescription || location.Kind == AvifDataKind.Other || location.Length == 0);
        _locations.Sort(static (left, right) => right.Offset.CompareTo(left.Offset));
        for (int i = _locations.Count - 1; i >= 0; i--)
        {
            AvifDataLocation location = _locations[i];
            if (i > 0 && _locations[i - 1].Offset > location.Offset && _locations[i - 1].Offset < location.Offset + location.Length)
            {
                return "the data of two of its items overlap";
            }

            if (location.Offset < position && HasBareConfiguration && !_seen.AsSpan(0, _seenCount).Contains(location.Offset))
            {
                return "its AV1 data come before their description, so their dimensions cannot be checked while it is stored: save it with the description first";
            }
        }

        while (_locations.Count > 0 && _locations[^1].Offset < position)
        {
            _locations.RemoveAt(_locations.Count - 1);
        }

        return null;
    }

    /// <summary>Removes and returns the first location before a position.</summary>
    public bool TryTake(long before, out AvifDataLocation location)
    {
        location = default;
        if (_locations.Count == 0 || _locations[^1].Offset >= before)
        {
            return false;
        }

        // The still image of a sequence and its first sample share their data.
        location = _locations[^1];
        while (_locations.Count > 0 && _locations[^1].Offset == location.Offset)
        {
            location = _locations[^1].Length > location.Length ? _locations[^1] : location;
            _locations.RemoveAt(_locations.Count - 1);
        }

        return true;
    }
}
