using System.Collections.Concurrent;
using ImageStorage.Diagnostics.Alerts;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Coordination.Jobs;

/// <summary>
/// Runs the jobs of a store: starts a job, or takes over a job whose process is dead, at its checkpoint. A store object
/// has one runner. docs/design/jobs.md has the protocol and the crash table. Thread-safe.
/// </summary>
internal sealed partial class JobRunner : IConditionSource, IAsyncDisposable, IDisposable
{
    private readonly JobStore _store;
    private readonly bool _isShared;
    private readonly JobOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();

    // The runs of this process, by the name of their owner.
    private readonly ConcurrentDictionary<string, JobRun> _live = new(StringComparer.Ordinal);
    private readonly ProcessLeaseWatch _others;
    private readonly BackgroundLoop _cleanup;

    // The kinds whose last job in this process has failed, each with the id of the job.
    private readonly ConcurrentDictionary<string, string> _failed = new(StringComparer.Ordinal);

    /// <summary>Creates a runner.</summary>
    /// <param name="documents">The documents of the store.</param>
    /// <param name="isShared">Whether several processes may open the store.</param>
    /// <param name="options">The options.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The logger.</param>
    public JobRunner(IDocumentStore documents, bool isShared, JobOptions options, TimeProvider clock, ILogger logger)
    {
        (_store, _isShared, _options, Clock, _logger) = (new JobStore(documents), isShared, options, clock, logger);
        _others = NewWatch();
        _cleanup = new BackgroundLoop((_, token) => RemoveDeadOwnersAsync(token), null, clock, exception => Log.LeaseNotWritten(logger, exception));
    }

    public JobStore Store => _store;

    public TimeProvider Clock { get; }

    /// <summary>Gets the jobs that this process runs, as of their last checkpoint.</summary>
    public IEnumerable<StorageJob> Live => _live.Values.Select(run => run.Job).OfType<StorageJob>();

    public IEnumerable<StorageCondition> Conditions => _failed.Select(failed => new StorageCondition(
        "job-failed",
        failed.Key,
        AlertSeverity.Warning,
        $"The job {failed.Value} has failed.",
        "See the failure of the job (IStorageJobs, or 'imagestorage jobs show'), and run the job again."));

    /// <summary>
    /// Runs a job of a kind: starts the job, or continues an interrupted job at its checkpoint. While another process
    /// runs the job, waits or returns the running job, as the request says.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">
    /// Ends the work of this process. The job is then interrupted, and continues when it is run again.
    /// </param>
    /// <returns>
    /// The job at its end: completed or cancelled, or failed in another process. The running job of another process, if
    /// the request does not wait.
    /// </returns>
    /// <exception cref="ImageConflictException">This process has lost the job, or has found no stable documents in 100
    /// tries. Run the job again.</exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library runs the job, or the kind has no
    /// number left.</exception>
    /// <exception cref="StorageCorruptedException">The document of the job is damaged.</exception>
    public async Task<StorageJob> RunAsync(JobRequest request, CancellationToken cancellationToken = default)
    {
        JobId.CheckKind(request.Kind);
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        cancellationToken.ThrowIfCancellationRequested();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        var watch = NewWatch();
        var waitedFor = default(string);
        for (var tries = 1; ; tries++)
        {
            var (run, taken, seen) = await ClaimAsync(request, watch, waitedFor, stopping.Token).ConfigureAwait(false);
            if (run is not null)
            {
                return await ExecuteAsync(request, run, taken!, stopping.Token).ConfigureAwait(false);
            }

            if (seen is not null && (!request.WaitsForOther || seen.State != StorageJobState.Running))
            {
                return seen;
            }

            if (seen is not null)
            {
                (waitedFor, tries) = (seen.Id, 0);
                await Task.Delay(watch.Interval, Clock, stopping.Token).ConfigureAwait(false);
            }

            if (tries == MaxTries)
            {
                throw new ImageConflictException($"No job of the kind '{request.Kind}' could be started in {MaxTries} tries: other processes change its documents, or the store lists a job that it does not find. Run the job again; if the failure remains, list the jobs of the store.") { IsContention = true };
            }
        }
    }

    /// <summary>
    /// Returns whether the owner of a running job may be alive, as far as one read tells. Writes nothing.
    /// </summary>
    public async Task<bool> MayBeAliveAsync(JobDocument job, CancellationToken cancellationToken)
    {
        if (_live.ContainsKey(job.Owner) || !_isShared)
        {
            return _live.ContainsKey(job.Owner);
        }

        try
        {
            return await _store.Documents.GetAsync(ProcessLease.NameOf(DocumentCollections.JobOwners, job.Owner), cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (StorageCorruptedException)
        {
            // A damaged lease ends like any other, when a watcher has waited for its duration.
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await _cleanup.DisposeAsync().ConfigureAwait(false);
        try
        {
            // Work that ignores its token for longer loses its lease instead.
            await Task.WhenAll(_live.Values.Select(run => run.Ended)).WaitAsync(_options.LeaseDuration / 3, Clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.JobStillRunning(_logger);
        }

        foreach (var run in _live.Values)
        {
            await run.AbandonAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<StorageJob> ExecuteAsync(JobRequest request, JobRun run, JobDocument taken, CancellationToken cancellationToken)
    {
        try
        {
            // A failure changes nothing for the job.
            await _cleanup.Wake().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await WorkAsync(request, run, taken, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ReleaseAsync(taken.Owner, run).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the work, and records how it has ended.</summary>
    private async Task<StorageJob> WorkAsync(JobRequest request, JobRun run, JobDocument taken, CancellationToken cancellationToken)
    {
        using var context = new JobContext(_store, run, taken, request, _options.LeaseDuration / 6, Clock);
        run.Context = context;
        try
        {
            context.Report();
            await request.Work(context, cancellationToken).ConfigureAwait(false);
            context.ThrowIfEnded();
            var completed = await context.EndAsync(JobState.Completed, null, CancellationToken.None).ConfigureAwait(false);
            _failed.TryRemove(request.Kind, out _);
            return completed;
        }
        catch (OperationCanceledException) when (context.IsCancelled)
        {
            return context.Job;
        }
        catch (Exception) when (context.IsLost)
        {
            // If no process has taken the job over yet, the next one need not wait for the lease.
            await RecordEndAsync(context, JobState.Interrupted, null).ConfigureAwait(false);
            context.ThrowIfEnded();
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await RecordEndAsync(context, JobState.Interrupted, null).ConfigureAwait(false);
            throw;
        }
        catch (ImageStorageException exception) when (exception.IsTransient)
        {
            await RecordEndAsync(context, JobState.Interrupted, exception.Message).ConfigureAwait(false);
            throw;
        }
        catch (Exception exception)
        {
            // The boundary of the work: whatever it throws is the failure of the job.
            _failed[request.Kind] = taken.Id;
            Log.JobFailed(_logger, taken.Id, exception.GetType().Name);
            await RecordEndAsync(context, JobState.Failed, exception.Message).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Records the end of a run whose exception the caller gets in any case.</summary>
    private async Task RecordEndAsync(JobContext context, JobState state, string? failure)
    {
        using var limit = new CancellationTokenSource(_options.LeaseDuration, Clock);
        try
        {
            await context.EndAsync(state, failure, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ImageStorageException or OperationCanceledException or ObjectDisposedException)
        {
            // The document still has the owner of this run. The next process takes the job over when the lease has
            // ended.
            Log.JobNotRecorded(_logger, exception);
        }
    }

    private ProcessLeaseWatch NewWatch() => new(_store.Documents, DocumentCollections.JobOwners, _isShared, _options.LeaseDuration, Clock);

    /// <summary>
    /// Removes the leases of dead processes, also of those whose kind of job no process runs again. Called at the start of
    /// each job, and then at an interval while a process is silent.
    /// </summary>
    private async Task RemoveDeadOwnersAsync(CancellationToken cancellationToken) =>
        _cleanup.SetInterval(await _others.CheckOthersAsync(_live.ContainsKey, records: true, cancellationToken).ConfigureAwait(false) ? _others.Interval : Timeout.InfiniteTimeSpan);

    /// <summary>Ends a run. Its lease goes first: until then, the job has a living owner.</summary>
    private async ValueTask ReleaseAsync(string owner, JobRun run)
    {
        await run.DisposeAsync().ConfigureAwait(false);
        _live.TryRemove(owner, out _);
    }
}
