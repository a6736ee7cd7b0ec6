namespace ImageStorage.FileSystem.Locking;

/// <summary>Another process, or another call of this one, held a lock for longer than a caller waits.</summary>
internal sealed class LockHeldException(string lockName, TimeSpan waited)
    : IOException($"The lock {lockName} is still held after {waited.TotalSeconds:0} seconds.")
{
    /// <summary>What the lock protects, and its file relative to the store.</summary>
    public string LockName => lockName;

    public TimeSpan Waited => waited;
}
