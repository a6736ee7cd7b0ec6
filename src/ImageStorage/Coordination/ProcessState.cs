namespace ImageStorage.Coordination;

/// <summary>Specifies the state of a process, as a watcher sees it.</summary>
internal enum ProcessState
{
    /// <summary>The process has renewed its lease since the watcher first saw it.</summary>
    Alive,

    /// <summary>The watcher has seen no renewal yet, or none for half of the lease; the lease has not ended.</summary>
    Silent,

    /// <summary>The lease has ended or was given back: the process no longer writes under this name.</summary>
    Dead,
}
