namespace ImageStorage.Mirroring;

/// <summary>A write that can be applied to either replica.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class MirrorWrite<T>(MirrorItem item)
{
    public MirrorItem Item => item;

    /// <summary>
    /// Gets a value that indicates whether the outcome depends on the stored version, so that only an up-to-date
    /// replica can decide.
    /// </summary>
    public abstract bool NeedsState { get; }

    /// <summary>
    /// Gets a value that indicates whether the write must reach both replicas. Such a write fails while one of them is
    /// unavailable.
    /// </summary>
    public virtual bool NeedsBoth => false;

    /// <summary>Gets the version to record in an in-doubt hint; see <see cref="MirrorHint.Base"/>.</summary>
    public virtual string ReplacedOnMirror => string.Empty;

    /// <summary>Applies the write to one replica.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="writeHint">Called before the write has an effect, with a hash of the bytes if there are new
    /// bytes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public abstract Task<T> ApplyAsync(MirrorReplica replica, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken);

    /// <summary>Prepares the write to be applied again.</summary>
    public virtual ValueTask RewindAsync(StorageUnavailableException failure, CancellationToken cancellationToken) => default;

    /// <summary>Returns whether the write has changed the replica.</summary>
    public virtual bool HasChanged(T answer) => true;

    /// <summary>
    /// Returns the <see cref="MirrorVersion.Id"/> that the replica has after the write; <see langword="null"/> if it
    /// has no version.
    /// </summary>
    public abstract string? VersionOf(T answer);

    /// <summary>Writes the result on the primary to the mirror.</summary>
    /// <returns><see langword="false"/> if the item must be synchronized instead.</returns>
    public abstract Task<bool> TryCopyAsync(MirrorReplica primary, MirrorReplica mirror, T answer, CancellationToken cancellationToken);
}
