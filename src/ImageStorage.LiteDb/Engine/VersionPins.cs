namespace ImageStorage.LiteDb.Engine;

/// <summary>
/// Counts the users of versions whose chunks are needed although no record may name them: open streams and saves in
/// progress. Thread-safe.
/// </summary>
/// <param name="released">Called when the last user of a version releases the version.</param>
internal sealed class VersionPins(Action released)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, int> _pins = [];

    public void Pin(long version)
    {
        lock (_gate)
        {
            _pins[version] = _pins.GetValueOrDefault(version) + 1;
        }
    }

    public void Unpin(long version)
    {
        lock (_gate)
        {
            if (--_pins[version] > 0)
            {
                return;
            }

            _pins.Remove(version);
        }

        released();
    }

    public bool IsPinned(long version)
    {
        lock (_gate)
        {
            return _pins.ContainsKey(version);
        }
    }
}
