namespace ImageStorage.Coordination;

/// <summary>What a watcher knows of a process.</summary>
internal enum ProcessState
{
    /// <summary>The process has renewed its lease since the watcher first saw it.</summary>
    Alive,

    /// <summary>The watcher has seen no renewal yet, or not for a while; the lease has not ended.</summary>
    Silent,

    /// <summary>The lease has ended, or was given back: the process does nothing under this name any more.</summary>
    Dead,
}
