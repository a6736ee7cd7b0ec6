using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>
/// A provider of a chain that is used only after the provider was verified to belong to the chain. From then on, a call
/// only reads a further field.
/// </summary>
internal sealed class ChainMember(IImageProvider inner, ChainPairing pairing, int position) : InterceptingImageProvider(inner)
{
    /// <summary>Gets a value that indicates whether the provider is known to belong to the chain.</summary>
    public bool IsVerified => pairing.IsVerified(position);

    /// <summary>Returns whether the provider holds no store yet, or no store any more. Nothing is verified or written.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        await Inner.Documents.GetAsync(StoreIdentity.Name, cancellationToken).ConfigureAwait(false) is null
        && await Inner.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Limit = 1 }, cancellationToken).ConfigureAwait(false) is { Items.Count: 0, Unlisted.Count: 0 };

    public override string ToString() => $"{Inner}";

    protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken) =>
        IsVerified ? proceed(state, cancellationToken) : VerifyAndCallAsync(state, proceed, cancellationToken);

    private async Task<TResult> VerifyAndCallAsync<TState, TResult>(TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
    {
        await pairing.EnsureAsync(position, cancellationToken).ConfigureAwait(false);
        return await proceed(state, cancellationToken).ConfigureAwait(false);
    }
}
