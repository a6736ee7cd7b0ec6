namespace ImageStorage.Coordination.Jobs;

/// <content>How a process gets a job: it starts the job, or takes the job over.</content>
internal sealed partial class JobRunner
{
    private const int KeptJobs = 20;
    private const int MaxTries = 100;
    private static readonly Claim TryAgain = new(null, null, null);

    /// <summary>
    /// Starts a job or takes it over. Returns the run of this process; or the running job of another process, or the
    /// ended job that this call has waited for; or neither, to try again.
    /// </summary>
    private async Task<Claim> ClaimAsync(JobRequest request, ProcessLeaseWatch watch, string? waitedFor, CancellationToken cancellationToken)
    {
        var ids = await _store.ListKindAsync(request.Kind, cancellationToken).ConfigureAwait(false);
        if (ids is not [.., var newest])
        {
            return await StartAsync(request, 1, cancellationToken).ConfigureAwait(false);
        }

        var next = JobId.Parse(newest)!.Value.Number + 1;
        var (job, leavesRoom) = await ReadNewestAsync(newest, cancellationToken).ConfigureAwait(false);
        if (job is null)
        {
            return leavesRoom ? await StartAsync(request, next, cancellationToken).ConfigureAwait(false) : TryAgain;
        }

        if (job.HasEnded && newest == waitedFor && HasParametersOf(request, job))
        {
            return new Claim(null, null, job.ToJob());
        }

        if (job.HasEnded && !(job.State == JobState.Failed && request.ContinuesFailed && HasParametersOf(request, job)))
        {
            return await StartAsync(request, next, cancellationToken).ConfigureAwait(false);
        }

        if (job.State == JobState.Running && await IsAliveAsync(job, watch, cancellationToken).ConfigureAwait(false))
        {
            return new Claim(null, null, job.ToJob());
        }

        return await TakeOverAsync(request, job, next, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads the newest job. Returns null if the document was removed since the listing; or if a newer version of the
    /// library wrote the document and the job has ended, which leaves room for another job.
    /// </summary>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the document, and the job
    /// has not ended.</exception>
    private async Task<(JobDocument? Job, bool LeavesRoom)> ReadNewestAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return (await _store.ReadAsync(id, cancellationToken).ConfigureAwait(false), false);
        }
        catch (StorageNotSupportedException)
        {
            if (await _store.ReadHeadAsync(id, cancellationToken).ConfigureAwait(false) is { HasEnded: false })
            {
                throw;
            }

            return (null, true);
        }
    }

    private async Task<bool> IsAliveAsync(JobDocument job, ProcessLeaseWatch watch, CancellationToken cancellationToken) =>
        _live.ContainsKey(job.Owner) || await watch.CheckAsync(job.Owner, records: true, cancellationToken).ConfigureAwait(false) != ProcessState.Dead;

    private Task<Claim> StartAsync(JobRequest request, int number, CancellationToken cancellationToken) => TakeAsync(
        async owner =>
        {
            JobId.CheckNumber(request.Kind, number);
            var now = Clock.GetUtcNow();
            var job = await _store.CreateAsync(
                new JobDocument
                {
                    Format = JobDocument.KnownFormat,
                    Id = JobId.Of(request.Kind, number),
                    Kind = request.Kind,
                    State = JobState.Running,
                    Owner = owner,
                    Run = 1,
                    StartedAt = now,
                    UpdatedAt = now,
                    Parameters = new(request.Parameters, StringComparer.Ordinal),
                    Counters = [],
                    LastFailures = [],
                },
                cancellationToken).ConfigureAwait(false);

            // A process that sleeps before the creation may create a number that was used and removed meanwhile.
            var ids = await _store.ListKindAsync(request.Kind, cancellationToken).ConfigureAwait(false);
            if (ids is not [.., var newest] || newest != job.Id)
            {
                // In the version that was created: another process may have taken the job over and completed it.
                await _store.RemoveAsync(job, cancellationToken).ConfigureAwait(false);
                return null;
            }

            await RemoveOldAsync(ids, cancellationToken).ConfigureAwait(false);
            return job;
        },
        cancellationToken);

    /// <summary>
    /// Removes jobs of a kind that have ended, so that 20 are left when the new job ends. A failure changes nothing for
    /// the new job.
    /// </summary>
    private async Task RemoveOldAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        foreach (var id in ids.SkipLast(KeptJobs))
        {
            try
            {
                if (await _store.ReadAsync(id, cancellationToken).ConfigureAwait(false) is { HasEnded: true } job)
                {
                    await _store.RemoveAsync(job, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (ImageStorageException exception)
            {
                // The next job of the kind tries again. Documents that this version cannot read stay.
                Log.JobsNotRemoved(_logger, exception);
            }
        }
    }

    /// <summary>
    /// Takes over a job without a living owner. A job that was cancelled, or that has other parameters, is ended
    /// instead, to make room for another job.
    /// </summary>
    private async Task<Claim> TakeOverAsync(JobRequest request, JobDocument job, int next, CancellationToken cancellationToken)
    {
        if (job.Cancel || !HasParametersOf(request, job))
        {
            try
            {
                await _store.ReplaceAsync(
                    job with { State = JobState.Cancelled, UpdatedAt = Clock.GetUtcNow(), Failure = job.Cancel ? job.Failure : "A job with other parameters was started instead." }, cancellationToken).ConfigureAwait(false);
            }
            catch (ImageConflictException)
            {
                // Another process was faster. The next look shows what it did.
                return TryAgain;
            }

            // A caller that has waited for a job that was cancelled gets the cancelled job.
            return job.Cancel ? TryAgain : await StartAsync(request, next, cancellationToken).ConfigureAwait(false);
        }

        var claim = await TakeAsync(
            async owner => await _store.ReplaceAsync(job with { State = JobState.Running, Owner = owner, Run = job.Run + 1, UpdatedAt = Clock.GetUtcNow(), Failure = null }, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        if (claim.Taken is { } taken)
        {
            Log.JobTakenOver(_logger, taken.Id);
        }

        return claim;
    }

    /// <summary>
    /// Acquires a lease, then writes the document of the run. If another process was faster, gives the lease back.
    /// </summary>
    private async Task<Claim> TakeAsync(Func<string, Task<JobDocument?>> write, CancellationToken cancellationToken)
    {
        var run = new JobRun(_store, _isShared, _options.LeaseDuration, Clock, _logger);
        var taken = default(JobDocument);
        var owner = string.Empty;
        try
        {
            await run.Lease.EnsureAsync(cancellationToken).ConfigureAwait(false);
            owner = run.Lease.Id;
            _live[owner] = run;
            taken = await write(owner).ConfigureAwait(false);
            return taken is null ? TryAgain : new Claim(run, taken, null);
        }
        catch (ImageConflictException)
        {
            return TryAgain;
        }
        finally
        {
            if (taken is null)
            {
                await ReleaseAsync(owner, run).ConfigureAwait(false);
            }
        }
    }

    private static bool HasParametersOf(JobRequest request, JobDocument job) =>
        request.Parameters.Count == job.Parameters.Count && request.Parameters.All(parameter => job.Parameters.TryGetValue(parameter.Key, out var value) && value == parameter.Value);

    /// <summary>The result of a try to get a job.</summary>
    /// <param name="Run">The run of this process; null if this process did not get the job.</param>
    /// <param name="Taken">The document of the run.</param>
    /// <param name="Seen">The running job of another process, or the ended job that this call has waited for.</param>
    private readonly record struct Claim(JobRun? Run, JobDocument? Taken, StorageJob? Seen);
}
