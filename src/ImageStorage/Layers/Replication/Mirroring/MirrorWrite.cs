using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A write that can be applied to either replica.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class MirrorWrite<T>(ImageKey key)
{
    public ImageKey Key => key;

    /// <summary>
    /// Gets a value that indicates whether the outcome depends on the stored version, so that only an up-to-date
    /// replica can decide.
    /// </summary>
    public abstract bool NeedsState { get; }

    /// <summary>Applies the write to one replica.</summary>
    /// <param name="provider">The replica.</param>
    /// <param name="writeHint">Called before the write has an effect, with a hash of the bytes if there are new
    /// bytes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public abstract Task<T> ApplyAsync(IImageProvider provider, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken);

    /// <summary>Prepares the write to be applied again.</summary>
    public virtual ValueTask RewindAsync(StorageUnavailableException failure, CancellationToken cancellationToken) => default;

    /// <summary>Returns whether the write has changed the replica.</summary>
    public virtual bool HasChanged(T answer) => true;

    /// <summary>
    /// Returns the record that the replica has after the write, or <see langword="null"/> if it has none.
    /// </summary>
    public abstract ImageInfo? RecordOf(T answer);

    /// <summary>Writes a record of one replica to the other without reading the first.</summary>
    /// <returns><see langword="false"/> if the image must be copied.</returns>
    public virtual Task<bool> TryCopyAsync(IImageProvider other, ImageInfo record, CancellationToken cancellationToken) => Task.FromResult(false);
}
