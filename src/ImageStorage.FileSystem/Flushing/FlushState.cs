namespace ImageStorage.FileSystem.Flushing;

/// <summary>How far a shared flush has come.</summary>
internal enum FlushState
{
    /// <summary>It can be joined.</summary>
    Pending,

    /// <summary>It is under way, and can be joined no more.</summary>
    Running,

    /// <summary>It has succeeded or failed.</summary>
    Done,
}
