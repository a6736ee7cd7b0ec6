using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>A write that passes through the chain until a provider accepts it.</summary>
internal abstract class FallbackWrite<T>(HintWriter writer, ImageKey key, Precondition? precondition)
{
    public ImageKey Key { get; } = key;

    /// <summary>
    /// Gets a value that indicates whether the write replaces any state, so that the state need not be known.
    /// </summary>
    public bool Replaces { get; } = precondition is null;

    protected HintWriter Writer { get; } = writer;

    /// <summary>Prepares the write for the next provider.</summary>
    /// <param name="failures">The failures of the providers before.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public abstract ValueTask BeginAsync(ProviderFailures failures, CancellationToken cancellationToken);

    /// <summary>Writes to the primary.</summary>
    public abstract Task<T> OnPrimaryAsync(IImageProvider primary, CancellationToken cancellationToken);

    /// <summary>Writes to a fallback. Returns null if the hint of the image is no longer there.</summary>
    public abstract Task<FallbackResult<T>?> OnFallbackAsync(FallbackPart fallback, FallbackCause cause, CancellationToken cancellationToken);
}
