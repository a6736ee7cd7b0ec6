namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>What can go wrong with one operation.</summary>
public enum FaultKind
{
    /// <summary>The medium fails (EIO).</summary>
    InputOutputError,

    /// <summary>The medium fails (EIO) to say that it has done what it was told.</summary>
    InputOutputErrorAfterEffect,

    /// <summary>The disk is full (ENOSPC).</summary>
    DiskFull,

    /// <summary>The disk is full (ENOSPC) after half of the bytes.</summary>
    ShortWrite,

    /// <summary>The file system is read-only (EROFS).</summary>
    ReadOnly,

    /// <summary>The process may not (EACCES).</summary>
    AccessDenied,

    /// <summary>Nothing goes wrong, but the caller's token is cancelled.</summary>
    Cancelled,
}
