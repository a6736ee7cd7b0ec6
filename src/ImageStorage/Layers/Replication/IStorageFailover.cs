using ImageStorage.Providers;

namespace ImageStorage;

/// <summary>
/// Monitors and controls the failover or the mirror of a store. Registered as a keyed service, with the store's name as
/// key, only for a store with fallbacks or a mirror: for other stores <c>GetService</c> returns null. Safe for
/// concurrent use.
/// </summary>
[TransparentAbility]
public interface IStorageFailover
{
    /// <summary>Returns the current status. An unavailable fallback is reported in the status.</summary>
    /// <exception cref="StorageNotSupportedException">
    /// The configured fallbacks are not those that the primary has recorded.
    /// </exception>
    Task<FailoverStatus> GetStatusAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Replays all hints to the primary, the oldest first, and ends early when the primary is unavailable. Safe to call
    /// while the store is in use, also in several processes at once.
    /// </summary>
    /// <param name="progress">Receives the number of images that are left, after each image.</param>
    /// <param name="cancellationToken">Cancels the call between two images.</param>
    /// <exception cref="StorageUnavailableException">
    /// The primary or a fallback is unavailable; images replayed until then remain replayed.
    /// </exception>
    Task<ReconcileResult> ReconcileAsync(IProgress<int>? progress = null, CancellationToken cancellationToken = default);
}
