using System.Collections.ObjectModel;

namespace ImageStorage.Coordination.Jobs;

/// <summary>A request to run a job of a kind: to start it, or to continue it at its checkpoint.</summary>
internal sealed record JobRequest
{
    /// <summary>Gets the kind: 1 to 64 characters of <c>a-z</c>, <c>0-9</c> and <c>-</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// Gets the work. It begins at <see cref="JobContext.After"/>, and calls <see cref="JobContext.BeforeEffectAsync"/>
    /// before each effect. Its effects are conditional on the state that the work has judged, or idempotent.
    /// </summary>
    public required Func<JobContext, CancellationToken, Task> Work { get; init; }

    /// <summary>Gets the choices that decide what the job does. A job with other choices is not continued.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Gets the maximum number of items per second; null for no limit.</summary>
    public double? ItemsPerSecond { get; init; }

    /// <summary>Gets the maximum number of bytes per second; null for no limit.</summary>
    public double? BytesPerSecond { get; init; }

    /// <summary>Gets what receives the job after each checkpoint.</summary>
    public IProgress<StorageJob>? Progress { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the call waits while another process runs the job, and continues the job if
    /// that process dies. If not, the call returns the running job.
    /// </summary>
    public bool WaitsForOther { get; init; }

    /// <summary>
    /// Gets a value that indicates whether a failed job is continued at its checkpoint. If not, another job is started.
    /// </summary>
    public bool ContinuesFailed { get; init; }
}
