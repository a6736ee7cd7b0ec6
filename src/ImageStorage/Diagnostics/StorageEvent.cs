namespace ImageStorage;

/// <summary>Represents an event of a store: a change of its state that no call reports.</summary>
public abstract record StorageEvent
{
    private protected StorageEvent()
    {
    }

    /// <summary>Gets the time of the event.</summary>
    public required DateTimeOffset At { get; init; }
}
