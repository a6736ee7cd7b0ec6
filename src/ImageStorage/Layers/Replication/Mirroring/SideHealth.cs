namespace ImageStorage.Mirroring;

/// <summary>Did a side answer when it was last asked? One that did not is left alone for a while, so that a side that is down costs one timeout and not one a call.</summary>
internal sealed class SideHealth(string side, TimeSpan pause, TimeProvider clock)
{
    private StorageUnavailableException? _failure;
    private long _restsUntil;

    private long Pause => (long)(pause.TotalSeconds * clock.TimestampFrequency);

    /// <summary>Has it not answered since it last failed?</summary>
    public bool IsDown => Volatile.Read(ref _failure) is not null;

    /// <summary>Refuses a call while the side is left alone. When the pause is over one call tries, and the others are refused until it has an answer.</summary>
    public void ThrowIfResting()
    {
        if (Volatile.Read(ref _failure) is not { } failure)
        {
            return;
        }

        var now = clock.GetTimestamp();
        var until = Volatile.Read(ref _restsUntil);
        if (now < until || Interlocked.CompareExchange(ref _restsUntil, now + Pause, until) != until)
        {
            throw new StorageUnavailableException($"{side} was not asked: it did not answer a moment ago, and is tried again soon (MirrorOptions.RetryPause). {failure.Message}", failure) { Provider = side };
        }
    }

    public void Failed(StorageUnavailableException failure)
    {
        Volatile.Write(ref _restsUntil, clock.GetTimestamp() + Pause);
        Volatile.Write(ref _failure, failure);
    }

    public void Answered()
    {
        if (Volatile.Read(ref _failure) is not null)
        {
            Volatile.Write(ref _failure, null);
        }
    }
}
