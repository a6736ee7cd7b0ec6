namespace ImageStorage.Coordination.Jobs;

/// <summary>
/// What the work of a job calls: the check before an effect, the progress, the checkpoint. docs/design/jobs.md says what
/// is guaranteed, and what effects must be. Thread-safe.
/// </summary>
internal sealed class JobContext : IDisposable
{
    private const int MaxFailures = 20;
    private const int MaxText = 1000;
    private readonly JobStore _store;
    private readonly JobRun _run;
    private readonly JobPace _pace;
    private readonly IProgress<StorageJob>? _progress;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _interval;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _counters;
    private readonly Queue<JobItemFailure> _failures;
    private volatile JobDocument _document;
    private long _writtenAt;
    private volatile bool _isLost;
    private volatile bool _isCancelled;

    /// <summary>Creates the context of a run.</summary>
    /// <param name="store">The documents.</param>
    /// <param name="run">The run, with its lease.</param>
    /// <param name="document">The job, which this process has started or taken over.</param>
    /// <param name="request">The request.</param>
    /// <param name="interval">The interval of checkpoints that are written when they are due.</param>
    /// <param name="clock">The clock.</param>
    public JobContext(JobStore store, JobRun run, JobDocument document, JobRequest request, TimeSpan interval, TimeProvider clock)
    {
        (_store, _run, _document, _progress, _interval, _clock) = (store, run, document, request.Progress, interval, clock);
        _pace = new JobPace(request.ItemsPerSecond, request.BytesPerSecond, clock);
        _counters = new(document.Counters, StringComparer.Ordinal);
        _failures = new(document.LastFailures);
        _writtenAt = clock.GetTimestamp();
    }

    /// <summary>Gets the id of the job.</summary>
    public string Id => _document.Id;

    /// <summary>
    /// Gets the checkpoint: the position up to which everything is done; null at the beginning.
    /// </summary>
    public string? After => _document.After;

    public IReadOnlyDictionary<string, string> Parameters => _document.Parameters;

    /// <summary>
    /// Gets a value that indicates whether this process has lost the job: its lease has ended, or another process has
    /// taken the job over.
    /// </summary>
    public bool IsLost => _isLost;

    /// <summary>Gets a value that indicates whether the job was cancelled, and has recorded that.</summary>
    public bool IsCancelled => _isCancelled;

    /// <summary>Gets the job as of the last checkpoint.</summary>
    public StorageJob Job => _document.ToJob();

    /// <summary>
    /// Waits for the rate limit, then verifies that this process may still work on the job. Call this directly before
    /// every effect.
    /// </summary>
    /// <param name="items">The number of items of the effect.</param>
    /// <param name="bytes">The number of bytes of the effect.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ImageConflictException">This process has lost the job.</exception>
    public async Task BeforeEffectAsync(long items = 1, long bytes = 0, CancellationToken cancellationToken = default)
    {
        await _pace.WaitAsync(items, bytes, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (_isLost || !_run.Lease.IsTrusted(_document.Owner))
        {
            throw Lose();
        }
    }

    /// <summary>Adds to a counter. The next checkpoint records the counter.</summary>
    public void Count(string counter, long value = 1)
    {
        lock (_gate)
        {
            _counters[counter] = _counters.GetValueOrDefault(counter) + value;
        }
    }

    /// <summary>Adds the failure of one item. The next checkpoint records the last 20.</summary>
    public void AddFailure(string item, string reason)
    {
        lock (_gate)
        {
            _failures.Enqueue(new JobItemFailure { Item = Limit(item), Reason = Limit(reason), At = _clock.GetUtcNow() });
            if (_failures.Count > MaxFailures)
            {
                _failures.Dequeue();
            }
        }
    }

    /// <summary>Records that everything up to a position is done, with counters and failures.</summary>
    /// <param name="after">The position; null for the beginning.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ImageConflictException">This process has lost the job.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled, or the token.</exception>
    public async Task CheckpointAsync(string? after, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfEnded();
            Interlocked.Exchange(ref _writtenAt, _clock.GetTimestamp());
            await WriteAsync(WithProgress(_document with { After = after }), cancellationToken).ConfigureAwait(false);
            if (_document.Cancel)
            {
                await WriteAsync(_document with { State = JobState.Cancelled }, cancellationToken).ConfigureAwait(false);
                _isCancelled = true;
            }
        }
        finally
        {
            _turn.Release();
        }

        Report();
        ThrowIfEnded();
    }

    /// <summary>Writes a checkpoint if the last is older than the interval; a sixth of a lease.</summary>
    /// <inheritdoc cref="CheckpointAsync"/>
    public Task CheckpointIfDueAsync(string? after, CancellationToken cancellationToken = default) =>
        _clock.GetElapsedTime(Interlocked.Read(ref _writtenAt)) >= _interval ? CheckpointAsync(after, cancellationToken) : Task.CompletedTask;

    /// <summary>Reports the job to the caller.</summary>
    public void Report() => _progress?.Report(Job);

    /// <summary>
    /// Ends this run. A completed job gets its last counters. A job in any other state keeps those of the checkpoint,
    /// because the items after the checkpoint are processed again.
    /// </summary>
    /// <exception cref="ImageConflictException">Another process has taken the job over.</exception>
    public async Task<StorageJob> EndAsync(JobState state, string? failure, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var ended = _document with { State = state, Failure = failure is null ? null : Limit(failure) };
            await WriteAsync(state == JobState.Completed ? WithProgress(ended) : ended, cancellationToken).ConfigureAwait(false);
            if (_document is { Cancel: true, State: JobState.Interrupted })
            {
                await WriteAsync(_document with { State = JobState.Cancelled }, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }

        Report();
        return Job;
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Throws if the work has caught the end of its job, and continues.</summary>
    public void ThrowIfEnded()
    {
        if (_isLost)
        {
            throw Lose();
        }

        if (_isCancelled)
        {
            throw new OperationCanceledException($"The job {Id} was cancelled.");
        }
    }

    private static string Limit(string text) => text.Length <= MaxText ? text : text[..MaxText];

    private JobDocument WithProgress(JobDocument document)
    {
        lock (_gate)
        {
            return document with { Counters = new(_counters, StringComparer.Ordinal), LastFailures = [.. _failures] };
        }
    }

    /// <summary>
    /// Writes the document. A conflict is a request to cancel, or the lost answer to an earlier write, while the
    /// document has the owner and the run of this process; otherwise the job is lost.
    /// </summary>
    private async Task WriteAsync(JobDocument next, CancellationToken cancellationToken)
    {
        next = next with { UpdatedAt = _clock.GetUtcNow() };
        while (true)
        {
            try
            {
                _document = await _store.ReplaceAsync(next, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ImageConflictException)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var current = await _store.ReadAsync(next.Id, cancellationToken).ConfigureAwait(false);
            if (current is null || current.Owner != next.Owner || current.Run != next.Run || (current.HasEnded && current.State != next.State))
            {
                throw Lose();
            }

            if (current.HasEnded)
            {
                _document = current;
                return;
            }

            next = next with { ETag = current.ETag, Cancel = current.Cancel };
        }
    }

    private ImageConflictException Lose()
    {
        _isLost = true;
        return new ImageConflictException($"This process has lost the job {Id}: it was stopped, or cut off from the store, for longer than its lease, or another process has taken the job over. The job continues at its checkpoint, in that process or when the job is run again.") { IsContention = true };
    }
}
