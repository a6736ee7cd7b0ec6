namespace ImageStorage;

/// <summary>The outcome of the replay of a hint.</summary>
public enum ReplayOutcome
{
    /// <summary>The image was copied to the primary.</summary>
    Saved,

    /// <summary>The image was deleted from the primary.</summary>
    Deleted,

    /// <summary>The primary already had the state: a write that seemed to fail had its effect.</summary>
    AlreadyApplied,

    /// <summary>
    /// The primary has a clearly newer version (<see cref="FailoverOptions.ClockTolerance"/>), such as one written past
    /// the store. It remains; the other version is retained on the fallback.
    /// </summary>
    PrimaryNewer,
}
