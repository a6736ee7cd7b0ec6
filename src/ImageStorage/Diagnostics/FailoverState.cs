namespace ImageStorage;

/// <summary>How a store with a fallback stands, as one process sees it.</summary>
public enum FailoverState
{
    /// <summary>The primary answers, and nothing waits on the fallback.</summary>
    Healthy,

    /// <summary>The primary did not answer when it was last asked; writes go to the fallback.</summary>
    Open,

    /// <summary>The primary answers, and something waits on the fallback to be brought to it.</summary>
    Draining,
}
