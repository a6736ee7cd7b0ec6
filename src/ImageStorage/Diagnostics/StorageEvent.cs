namespace ImageStorage;

/// <summary>Something that happened in a store and that nobody waits for.</summary>
public abstract record StorageEvent
{
    private protected StorageEvent()
    {
    }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }
}
