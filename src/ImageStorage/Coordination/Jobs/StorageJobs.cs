using System.Runtime.CompilerServices;

namespace ImageStorage.Coordination.Jobs;

/// <summary>Lists and cancels the jobs of a store.</summary>
internal sealed class StorageJobs(JobRunner runner) : IStorageJobs
{
    public async IAsyncEnumerable<StorageJob> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var id in runner.Store.ListAsync(JobId.Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (await GetAsync(id, cancellationToken).ConfigureAwait(false) is { } job)
            {
                yield return job;
            }
        }
    }

    public async Task<StorageJob?> GetAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        cancellationToken.ThrowIfCancellationRequested();
        if (JobId.Parse(id) is not { } parsed)
        {
            return null;
        }

        try
        {
            return await runner.Store.ReadAsync(id, cancellationToken).ConfigureAwait(false) is { } job
                ? job.ToJob(job.State != JobState.Running || await runner.MayBeAliveAsync(job, cancellationToken).ConfigureAwait(false))
                : null;
        }
        catch (StorageNotSupportedException exception)
        {
            return await runner.Store.ReadHeadAsync(id, cancellationToken).ConfigureAwait(false) is { } head ? Unreadable(id, parsed.Kind, exception, head) : null;
        }
        catch (StorageCorruptedException exception)
        {
            return Unreadable(id, parsed.Kind, exception, new JobHead());
        }
    }

    public async Task<bool> CancelAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        while (JobId.Parse(id) is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (await runner.Store.ReadAsync(id, cancellationToken).ConfigureAwait(false) is not { HasEnded: false } job)
                {
                    return false;
                }

                // The owner of an interrupted job does nothing under this name any more, so the job ends here.
                var isAlive = job.State == JobState.Running && await runner.MayBeAliveAsync(job, cancellationToken).ConfigureAwait(false);
                if (!(isAlive && job.Cancel))
                {
                    await runner.Store.ReplaceAsync(isAlive ? job with { Cancel = true } : job with { Cancel = true, State = JobState.Cancelled, UpdatedAt = runner.Clock.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
                }

                return true;
            }
            catch (StorageCorruptedException)
            {
                return await runner.Store.RemoveAsync(id, cancellationToken).ConfigureAwait(false);
            }
            catch (ImageConflictException)
            {
                // A checkpoint, or another caller. The next read shows what it did.
            }
        }

        return false;
    }

    private static StorageJob Unreadable(string id, string kind, ImageStorageException exception, JobHead head) => new()
    {
        Id = id,
        Kind = head.Kind ?? kind,
        State = StorageJobState.Unreadable,
        Owner = head.Owner,
        StartedAt = head.StartedAt,
        UpdatedAt = head.UpdatedAt,
        Failure = exception.Message,
    };
}
