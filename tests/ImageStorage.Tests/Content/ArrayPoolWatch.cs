using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace ImageStorage.Tests.Content;

/// <summary>
/// Counts the buffers rented from and returned to the shared array pool, by the events of the pool. Counts the complete
/// process, so only for tests that run alone.
/// </summary>
internal sealed class ArrayPoolWatch : EventListener
{
    // The test host rents small buffers at any time. Buffers of a content have at least the length of a piece.
    private const int Smallest = 128 * 1024;

    private readonly ConcurrentDictionary<int, int> _out = new();
    private volatile bool _watching;

    public void Start() => _watching = true;

    /// <summary>The number of rented buffers that were not returned; negative if more buffers were returned.</summary>
    public int Outstanding => _out.Values.Sum(Math.Abs);

    public int Rented { get; private set; }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Buffers.ArrayPoolEventSource")
        {
            EnableEvents(eventSource, EventLevel.Verbose);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (!_watching || eventData.Payload is not [int buffer, int size, ..] || size < Smallest)
        {
            return;
        }

        if (eventData.EventName == "BufferRented")
        {
            Rented++;
            _out.AddOrUpdate(buffer, 1, (_, count) => count + 1);
        }
        else if (eventData.EventName == "BufferReturned")
        {
            _out.AddOrUpdate(buffer, -1, (_, count) => count - 1);
        }
    }
}
