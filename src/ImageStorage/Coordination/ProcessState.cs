namespace ImageStorage.Coordination;

/// <summary>The state of a process, as a watcher knows it.</summary>
internal enum ProcessState
{
    /// <summary>The process has renewed its lease since the watcher first saw it.</summary>
    Alive,

    /// <summary>The watcher has seen no renewal yet, or not for a while; the lease has not ended.</summary>
    Silent,

    /// <summary>The lease has ended or was given up. The process does no further work under this name.</summary>
    Dead,
}
