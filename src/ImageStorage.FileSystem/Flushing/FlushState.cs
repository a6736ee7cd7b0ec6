namespace ImageStorage.FileSystem.Flushing;

/// <summary>The state of a shared flush.</summary>
internal enum FlushState
{
    /// <summary>Callers can join the flush.</summary>
    Pending,

    /// <summary>The flush is running. Callers can no longer join.</summary>
    Running,

    /// <summary>The flush has succeeded or failed.</summary>
    Done,
}
