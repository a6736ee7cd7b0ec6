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
