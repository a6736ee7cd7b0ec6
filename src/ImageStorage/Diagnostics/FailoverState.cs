namespace ImageStorage;

/// <summary>The state of a store with fallbacks, as one process sees it.</summary>
public enum FailoverState
{
    /// <summary>The primary answers, and no hint is left.</summary>
    Healthy,

    /// <summary>The primary did not answer when it was last asked. Writes go to a fallback.</summary>
    FailedOver,

    /// <summary>The primary answers, and hints are being replayed.</summary>
    Replaying,
}
