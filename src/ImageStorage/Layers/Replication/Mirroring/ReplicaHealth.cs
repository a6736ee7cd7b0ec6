namespace ImageStorage.Mirroring;

/// <summary>
/// The availability of a replica. A replica that did not answer is paused, so an outage costs one timeout per pause
/// instead of one per call.
/// </summary>
internal sealed class ReplicaHealth(string replica, TimeSpan pause, TimeProvider clock)
{
    private StorageUnavailableException? _failure;
    private long _pausedUntil;

    private long Pause => (long)(pause.TotalSeconds * clock.TimestampFrequency);

    /// <summary>Gets a value that indicates whether the replica has not answered since its last failure.</summary>
    public bool IsDown => Volatile.Read(ref _failure) is not null;

    /// <summary>
    /// Rejects a call while the replica is paused. After the pause, a single call tries the replica; all others are
    /// rejected until that call has an answer.
    /// </summary>
    public void ThrowIfPaused()
    {
        if (Volatile.Read(ref _failure) is not { } failure)
        {
            return;
        }

        var now = clock.GetTimestamp();
        var until = Volatile.Read(ref _pausedUntil);
        if (now < until || Interlocked.CompareExchange(ref _pausedUntil, now + Pause, until) != until)
        {
            throw new StorageUnavailableException($"{replica} was not called: the provider did not answer before, and the next try is after MirrorOptions.RetryPause. {failure.Message}", failure) { Provider = replica };
        }
    }

    /// <summary>Pauses the replica after a failure.</summary>
    public void RecordFailure(StorageUnavailableException failure)
    {
        Volatile.Write(ref _pausedUntil, clock.GetTimestamp() + Pause);
        Volatile.Write(ref _failure, failure);
    }

    /// <summary>Ends the pause.</summary>
    public void RecordSuccess()
    {
        if (Volatile.Read(ref _failure) is not null)
        {
            Volatile.Write(ref _failure, null);
        }
    }
}
