using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Coordination.Jobs;

/// <summary>
/// One run of a job by this process, with a lease of its own: its end gives the lease back, so that no lease is left of
/// a process without jobs.
/// </summary>
internal sealed class JobRun : IAsyncDisposable
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _hasEnded;

    /// <summary>Creates a run without a lease.</summary>
    public JobRun(JobStore store, bool isShared, TimeSpan leaseDuration, TimeProvider clock, ILogger logger) =>
        Lease = new ProcessLease(store.Documents, DocumentCollections.JobOwners, isShared, leaseDuration, clock, () => !_hasEnded, logger);

    public ProcessLease Lease { get; }

    /// <summary>Gets or sets the context of the work; null before the work begins.</summary>
    public JobContext? Context { get; set; }

    /// <summary>Gets the job as of its last checkpoint; null before the work begins.</summary>
    public StorageJob? Job => Context?.Job;

    /// <summary>Gets a task that completes at the end of the run.</summary>
    public Task Ended => _ended.Task;

    /// <summary>
    /// Stops renewing the lease while the work may still be in an effect. The lease is no longer trusted, and ends by
    /// itself.
    /// </summary>
    public ValueTask AbandonAsync() => Lease.DisposeAsync();

    /// <summary>Ends the run, and gives the lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        _hasEnded = true;
        await Lease.DisposeAsync().ConfigureAwait(false);
        _ended.TrySetResult();
    }
}
