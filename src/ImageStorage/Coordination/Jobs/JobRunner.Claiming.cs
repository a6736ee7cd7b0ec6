namespace ImageStorage.Coordination.Jobs;

/// <content>How a process gets a job: it starts the job, or takes the job over.</content>
internal sealed partial class JobRunner
{
    private const int KeptJobs = 20;
    private static readonly (JobDocument? Taken, StorageJob? Seen) TryAgain = (null, null);

    /// <summary>
    /// Starts a job or takes it over. Returns the job that this process now works on; or the running job of another
    /// process, or the ended job that this call has waited for; or neither, to try again.
    /// </summary>
    private async Task<(JobDocument? Taken, StorageJob? Seen)> ClaimAsync(JobRequest request, ProcessLeaseWatch watch, string? waitedFor, CancellationToken cancellationToken)
    {
        var ids = await _store.ListKindAsync(request.Kind, cancellationToken).ConfigureAwait(false);
        if (ids is not [.., var newest])
        {
            return await StartAsync(request, 1, cancellationToken).ConfigureAwait(false);
        }

        var next = JobId.Parse(newest)!.Value.Number + 1;
        JobDocument? job;
        try
        {
            job = await _store.ReadAsync(newest, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageNotSupportedException)
        {
            // Of a newer format. Only a job that has ended leaves room for another one.
            if (await _store.ReadHeadAsync(newest, cancellationToken).ConfigureAwait(false) is { HasEnded: false })
            {
                throw;
            }

            return await StartAsync(request, next, cancellationToken).ConfigureAwait(false);
        }

        if (job is null)
        {
            // Removed since the listing.
            return TryAgain;
        }

        if (job.HasEnded && newest == waitedFor && HasParametersOf(request, job))
        {
            return (null, job.ToJob());
        }

        if (job.HasEnded && !(job.State == JobState.Failed && request.ContinuesFailed && HasParametersOf(request, job)))
        {
            return await StartAsync(request, next, cancellationToken).ConfigureAwait(false);
        }

        if (job.State == JobState.Running && await IsAliveAsync(job, watch, cancellationToken).ConfigureAwait(false))
        {
            return (null, job.ToJob());
        }

        return await TakeOverAsync(request, job, next, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsAliveAsync(JobDocument job, ProcessLeaseWatch watch, CancellationToken cancellationToken) => job.Owner == _lease.Id
        ? _live.ContainsKey((job.Id, job.Run))
        : await watch.CheckAsync(job.Owner, records: true, cancellationToken).ConfigureAwait(false) != ProcessState.Dead;

    private async Task<(JobDocument? Taken, StorageJob? Seen)> StartAsync(JobRequest request, int number, CancellationToken cancellationToken)
    {
        await _lease.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var now = Clock.GetUtcNow();
        var job = new JobDocument
        {
            Format = JobDocument.KnownFormat,
            Id = JobId.Of(request.Kind, number),
            Kind = request.Kind,
            State = JobState.Running,
            Owner = _lease.Id,
            Run = 1,
            StartedAt = now,
            UpdatedAt = now,
            Parameters = new(request.Parameters, StringComparer.Ordinal),
            Counters = [],
            LastFailures = [],
        };
        return await TakeAsync(
            job,
            async () =>
            {
                job = await _store.CreateAsync(job, cancellationToken).ConfigureAwait(false);

                // A process that sleeps before the creation may create a number that was used and removed meanwhile.
                var ids = await _store.ListKindAsync(request.Kind, cancellationToken).ConfigureAwait(false);
                if (ids is not [.., var newest] || newest != job.Id)
                {
                    await _store.RemoveAsync(job.Id, cancellationToken).ConfigureAwait(false);
                    return null;
                }

                await RemoveOldAsync(ids, cancellationToken).ConfigureAwait(false);
                return job;
            }).ConfigureAwait(false);
    }

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
    private async Task<(JobDocument? Taken, StorageJob? Seen)> TakeOverAsync(JobRequest request, JobDocument job, int next, CancellationToken cancellationToken)
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

        await _lease.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var taken = job with { State = JobState.Running, Owner = _lease.Id, Run = job.Run + 1, UpdatedAt = Clock.GetUtcNow(), Failure = null };
        var claim = await TakeAsync(taken, async () => await _store.ReplaceAsync(taken, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        if (claim.Taken is not null)
        {
            Log.JobTakenOver(_logger, taken.Id);
        }

        return claim;
    }

    /// <summary>
    /// Writes the document of a run. The run is registered before, so that the lease is renewed from then on.
    /// </summary>
    private async Task<(JobDocument? Taken, StorageJob? Seen)> TakeAsync(JobDocument job, Func<Task<JobDocument?>> write)
    {
        var run = (job.Id, job.Run);
        var isTaken = false;
        if (!_live.TryAdd(run, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)))
        {
            // Another call of this process is about to write the same.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return TryAgain;
        }

        try
        {
            var written = await write().ConfigureAwait(false);
            isTaken = written is not null;
            return (written, null);
        }
        catch (ImageConflictException)
        {
            // Another process was faster.
            return TryAgain;
        }
        finally
        {
            if (!isTaken)
            {
                Release(run);
            }
        }
    }

    private static bool HasParametersOf(JobRequest request, JobDocument job) =>
        request.Parameters.Count == job.Parameters.Count && request.Parameters.All(parameter => job.Parameters.TryGetValue(parameter.Key, out var value) && value == parameter.Value);
}
