namespace ImageStorage;

/// <summary>The failover of a store, for people and programs that look after it. The container has it for each store with a fallback, by the store's name.</summary>
public interface IStorageFailover
{
    /// <summary>How the store stands.</summary>
    /// <exception cref="StorageUnavailableException">The fallback cannot be asked.</exception>
    Task<FailoverStatus> GetStatusAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Brings what waits on the fallback to the primary, the oldest first, and ends early when the primary does not answer. Safe beside
    /// everything else, in several processes too.
    /// </summary>
    /// <param name="progress">Told how many are left after each.</param>
    /// <param name="cancellationToken">Ends between two images.</param>
    /// <exception cref="StorageUnavailableException">The primary or the fallback does not answer; what was settled until then is.</exception>
    Task<ReconcileResult> ReconcileAsync(IProgress<int>? progress = null, CancellationToken cancellationToken = default);
}
