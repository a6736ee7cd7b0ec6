namespace ImageStorage;

/// <summary>
/// Lists and cancels the jobs of a store: long tasks such as migrations, transfers and scrubs. Registered as a keyed
/// service, with the store's name as key. Thread-safe.
/// </summary>
public interface IStorageJobs
{
    /// <summary>
    /// Lists the open jobs, and the last 20 ended jobs of each kind, in the order of kind and start. Jobs of all
    /// processes are listed. Writes nothing.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="StorageUnavailableException">The documents of the store are unavailable.</exception>
    IAsyncEnumerable<StorageJob> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns a job.</summary>
    /// <param name="id">The id of the job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The job; <see langword="null"/> if there is no such job.</returns>
    /// <exception cref="StorageUnavailableException">The documents of the store are unavailable.</exception>
    Task<StorageJob?> GetAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks for the cancellation of a job. A running job ends at its next checkpoint, in whichever process the job
    /// runs. An interrupted job ends at once. What the job has done so far stays. A damaged document of a job is
    /// removed.
    /// </summary>
    /// <param name="id">The id of the job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// <see langword="true"/> if the job ends or has been asked to end; <see langword="false"/> if there is no such job,
    /// or the job has ended before.
    /// </returns>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the job.</exception>
    /// <exception cref="StorageUnavailableException">The documents of the store are unavailable.</exception>
    Task<bool> CancelAsync(string id, CancellationToken cancellationToken = default);
}
