namespace ImageStorage.FileSystem.Volumes;

/// <summary>A lock between processes. One thread at a time may use an instance.</summary>
internal abstract class VolumeLock : IDisposable
{
    /// <summary>Takes the lock if it is free.</summary>
    public abstract bool TryEnter();

    public abstract void Exit();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
