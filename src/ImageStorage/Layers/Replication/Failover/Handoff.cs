using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>One write on its way through the chain.</summary>
internal abstract class Handoff<T>(HandoffWriter writer, ImageKey key, Precondition? precondition)
{
    public ImageKey Key { get; } = key;

    /// <summary>Does it replace whatever there is, so that it need not be known?</summary>
    public bool Replaces { get; } = precondition is null;

    protected HandoffWriter Writer { get; } = writer;

    /// <summary>Gets ready for the next provider.</summary>
    /// <param name="failures">Why there is a next one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public abstract ValueTask BeginAsync(ProviderFailures failures, CancellationToken cancellationToken);

    /// <summary>Writes on the primary.</summary>
    public abstract Task<T> OnPrimaryAsync(IImageProvider primary, CancellationToken cancellationToken);

    /// <summary>Writes on a fallback; null when the image no longer waits there.</summary>
    public abstract Task<HandoffAnswer<T>?> OnSideAsync(HandoffSide side, HandoffCause cause, CancellationToken cancellationToken);
}
