namespace ImageStorage;

/// <summary>
/// Represents an event of a store: a change of the stored images, or of the state of the store. An application or a
/// package may derive events of its own and publish them with <see cref="IStorageEventSink"/>.
/// </summary>
/// <remarks>
/// Handlers receive an event on another thread, after the operation. An event must therefore be immutable and must not
/// hold streams or other resources. Members may name keys of images, but no secrets.
/// </remarks>
public abstract record StorageEvent
{
    /// <summary>Creates an event.</summary>
    protected StorageEvent()
    {
    }

    /// <summary>Gets the time of the event.</summary>
    public required DateTimeOffset At { get; init; }
}
