using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>One write as each of the sides can be asked to do it.</summary>
/// <typeparam name="T">What it answers.</typeparam>
internal abstract class MirrorWrite<T>(ImageKey key)
{
    public ImageKey Key => key;

    /// <summary>Does the outcome follow from what is stored, so that only a side that has the newest state can judge it?</summary>
    public abstract bool NeedsState { get; }

    /// <summary>
    /// Does it on one side.
    /// </summary>
    /// <param name="provider">The side.</param>
    /// <param name="note">Called before there is any effect, with a hash of the bytes where there are new ones.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public abstract Task<T> ApplyAsync(IImageProvider provider, Func<string?, CancellationToken, Task> note, CancellationToken cancellationToken);

    /// <summary>Makes ready to be done once more.</summary>
    public virtual ValueTask RewindAsync(StorageUnavailableException failure, CancellationToken cancellationToken) => default;

    /// <summary>Did the answer change anything?</summary>
    public virtual bool HasChanged(T answer) => true;

    /// <summary>The record that the side has now; null when it has none.</summary>
    public abstract ImageInfo? RecordOf(T answer);

    /// <summary>Brings the record that one side has now to the other by what is at hand; false when it must be copied.</summary>
    public virtual Task<bool> TryBringAsync(IImageProvider other, ImageInfo record, CancellationToken cancellationToken) => Task.FromResult(false);
}
