namespace ImageStorage.Formats;

/// <summary>The places of the data of items and tracks that are still to be looked at, in the order of their positions.</summary>
internal sealed class AvifDataPlaces
{
    private const int MaxSeen = 16;

    private readonly List<AvifDataPlace> _places = [];
    private readonly long[] _seen = new long[MaxSeen];
    private int _seenCount;

    /// <summary>Gets or sets the end of the data that reach farthest; 0 for none.</summary>
    public long DataEnd { get; set; }

    /// <summary>Gets or sets whether a configuration of AV1 (<c>av1C</c>) lacks a sequence header.</summary>
    public bool HasBareConfiguration { get; set; }

    public void Clear()
    {
        _places.Clear();
        (_seenCount, DataEnd, HasBareConfiguration) = (0, 0, false);
    }

    public void Add(AvifDataPlace place) => _places.Add(place);

    /// <summary>Sorts by item, for <see cref="SetKind"/>.</summary>
    public void SortByItem() => _places.Sort(static (left, right) => left.Item.CompareTo(right.Item));

    /// <summary>Says what the data of an item are; returns their place, or null when there is none.</summary>
    public AvifDataPlace? SetKind(uint item, AvifDataKind kind)
    {
        (int low, int high) = (0, _places.Count - 1);
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = _places[middle].Item.CompareTo(item);
            if (order == 0)
            {
                return _places[middle] = _places[middle] with { Kind = kind };
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>Records that the data at a position were looked at before their description.</summary>
    public void Saw(long position)
    {
        if (_seenCount < MaxSeen)
        {
            _seen[_seenCount++] = position;
        }
    }

    /// <summary>Brings the places in the content into order, the last one first, and drops the others.</summary>
    /// <param name="position">The position up to which the content has been read.</param>
    /// <returns>The reason for which the places cannot be looked at, or null.</returns>
    public string? Order(long position)
    {
        _places.RemoveAll(static place => place.IsInside || place.Kind == AvifDataKind.Other || place.Length == 0);
        _places.Sort(static (left, right) => right.Offset.CompareTo(left.Offset));
        for (int i = _places.Count - 1; i >= 0; i--)
        {
            AvifDataPlace place = _places[i];
            if (i > 0 && _places[i - 1].Offset > place.Offset && _places[i - 1].Offset < place.Offset + place.Length)
            {
                return "the data of two of its items overlap";
            }

            if (place.Offset < position && HasBareConfiguration && !_seen.AsSpan(0, _seenCount).Contains(place.Offset))
            {
                return "its AV1 data come before their description, so their dimensions cannot be checked while it is stored: save it with the description first";
            }
        }

        while (_places.Count > 0 && _places[^1].Offset < position)
        {
            _places.RemoveAt(_places.Count - 1);
        }

        return null;
    }

    /// <summary>Takes the first place before a position.</summary>
    public bool TryTake(long before, out AvifDataPlace place)
    {
        place = default;
        if (_places.Count == 0 || _places[^1].Offset >= before)
        {
            return false;
        }

        // The still image of a sequence and its first sample are the same data.
        place = _places[^1];
        while (_places.Count > 0 && _places[^1].Offset == place.Offset)
        {
            place = _places[^1].Length > place.Length ? _places[^1] : place;
            _places.RemoveAt(_places.Count - 1);
        }

        return true;
    }
}
