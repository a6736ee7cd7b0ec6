namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>The faults of one call.</summary>
public enum FaultKind
{
    /// <summary>The medium fails (EIO).</summary>
    InputOutputError,

    /// <summary>The medium performs the call and then reports a failure (EIO).</summary>
    InputOutputErrorAfterEffect,

    /// <summary>The disk is full (ENOSPC).</summary>
    DiskFull,

    /// <summary>The disk is full (ENOSPC) after half of the bytes.</summary>
    ShortWrite,

    /// <summary>The file system is read-only (EROFS).</summary>
    ReadOnly,

    /// <summary>Access is denied (EACCES).</summary>
    AccessDenied,

    /// <summary>The call succeeds, and the token of the caller is cancelled.</summary>
    Cancelled,
}
