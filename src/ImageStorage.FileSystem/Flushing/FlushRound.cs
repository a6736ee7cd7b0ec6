namespace ImageStorage.FileSystem.Flushing;

/// <summary>One flush for all callers that joined it, and the monitor on which they wait.</summary>
internal sealed class FlushRound
{
    public FlushState State { get; set; }

    public Exception? Failure { get; set; }

    public void ThrowIfFailed()
    {
        if (Failure is not null)
        {
            throw Failure is UnauthorizedAccessException ? new UnauthorizedAccessException(Failure.Message, Failure) : new IOException(Failure.Message, Failure) { HResult = Failure.HResult };
        }
    }
}

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
