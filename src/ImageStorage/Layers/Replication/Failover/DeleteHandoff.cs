using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>A delete on its way through the chain.</summary>
internal sealed class DeleteHandoff(HandoffWriter writer, ImageKey key, IfMatch? precondition) : Handoff<bool>(writer, key, precondition)
{
    public override ValueTask BeginAsync(ProviderFailures failures, CancellationToken cancellationToken) => default;

    public override Task<bool> OnPrimaryAsync(IImageProvider primary, CancellationToken cancellationToken) =>
        primary.DeleteAsync(Key, precondition is null ? null : new DeleteOptions { Precondition = precondition }, cancellationToken);

    public override Task<HandoffAnswer<bool>?> OnSideAsync(HandoffSide side, HandoffCause cause, CancellationToken cancellationToken) =>
        Writer.DeleteAsync(side, Key, precondition, cause, cancellationToken);
}
