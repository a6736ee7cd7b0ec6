using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>A delete that passes through the chain.</summary>
internal sealed class FallbackDelete(HintWriter writer, ImageKey key, IfMatch? precondition) : FallbackWrite<bool>(writer, key, precondition)
{
    public override ValueTask BeginAsync(ProviderFailures failures, CancellationToken cancellationToken) => default;

    public override Task<bool> OnPrimaryAsync(IImageProvider primary, CancellationToken cancellationToken) =>
        primary.DeleteAsync(Key, precondition is null ? null : new DeleteOptions { Precondition = precondition }, cancellationToken);

    public override Task<FallbackResult<bool>?> OnFallbackAsync(FallbackPart fallback, FallbackCause cause, CancellationToken cancellationToken) =>
        Writer.DeleteAsync(fallback, Key, precondition, cause, cancellationToken);
}
