using System.Collections.Concurrent;

namespace ImageStorage.Resilience;

/// <summary>
/// The time that one attempt has. Every call of a provider that is well pays for this one, so it is no stage of a pipeline but a cancellation source
/// that is used again and again.
/// </summary>
internal sealed class AttemptLimit(TimeSpan length, TimeProvider clock)
{
    private const int MostSpare = 64;
    private readonly ConcurrentQueue<CancellationTokenSource> _spare = new();

    public TimeSpan Length => length;

    /// <summary>Begins an attempt; the source is cancelled when its time is over.</summary>
    public CancellationTokenSource Begin()
    {
        if (!_spare.TryDequeue(out var source))
        {
            return new CancellationTokenSource(length, clock);
        }

        source.CancelAfter(length);
        return source;
    }

    /// <summary>Ends an attempt that has let go of its token.</summary>
    public void End(CancellationTokenSource source)
    {
        // Only a source of the system's clock can be reset, and only one that was not cancelled.
        if (clock == TimeProvider.System && _spare.Count < MostSpare && source.TryReset())
        {
            _spare.Enqueue(source);
        }
        else
        {
            source.Dispose();
        }
    }
}
