using Microsoft.Extensions.Logging;

namespace ImageStorage.Coordination;

/// <summary>
/// The log messages of leases, of checks at start and of jobs: event ids 53, 94 and 100 to 104. Keys, and exceptions, whose messages contain
/// keys, are logged only below information level.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(53, LogLevel.Warning, "{Part} can be opened by a single process, but {Primary} by several. With a second process, calls of the store fail. Use a provider that all processes can share, or run a single process")]
    public static partial void SingleProcessPart(ILogger logger, string part, string primary);

    [LoggerMessage(94, LogLevel.Debug, "The lease of this process could not be written")]
    public static partial void LeaseNotWritten(ILogger logger, Exception exception);

    [LoggerMessage(100, LogLevel.Information, "The job {Job} continues at its checkpoint in this process")]
    public static partial void JobTakenOver(ILogger logger, string job);

    [LoggerMessage(101, LogLevel.Error, "The job {Job} has failed: {Failure}. IStorageJobs and 'imagestorage jobs show' have the message")]
    public static partial void JobFailed(ILogger logger, string job, string failure);

    [LoggerMessage(102, LogLevel.Debug, "The end of a job could not be recorded. The job continues at its checkpoint when it is run again")]
    public static partial void JobNotRecorded(ILogger logger, Exception exception);

    [LoggerMessage(103, LogLevel.Debug, "Old jobs could not be removed. The next job of the kind removes them")]
    public static partial void JobsNotRemoved(ILogger logger, Exception exception);

    [LoggerMessage(104, LogLevel.Warning, "A job was still running when its store was disposed. The job loses its lease and continues in another process")]
    public static partial void JobStillRunning(ILogger logger);
}
