using ImageStorage.Providers;

namespace ImageStorage.Caching;

/// <summary>
/// Lets a cache see the writes that go to its provider, also those that go past the layers: by the abilities that transactions use, and to the primary below a failover.
/// What a write has done is unknown when it fails, so it is told in any case, and only behind the write: what is read meanwhile may be old.
/// </summary>
/// <param name="inner">The provider.</param>
/// <param name="invalidate">Hears the key of each write when it has ended.</param>
internal sealed class InvalidatingProvider(IImageProvider inner, Func<ImageKey, ValueTask> invalidate) : DelegatingImageProvider(inner)
{
    public override async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.PutAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await invalidate(request.Key).ConfigureAwait(false);
        }
    }

    public override async Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.UpdateAsync(key, update, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await invalidate(key).ConfigureAwait(false);
        }
    }

    public override async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.DeleteAsync(key, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await invalidate(key).ConfigureAwait(false);
        }
    }

    public override TAbility? GetAbility<TAbility>()
        where TAbility : class =>
        base.GetAbility<TAbility>() switch
        {
            IVersionKeeper keeper when typeof(TAbility) == typeof(IVersionKeeper) => new InvalidatingKeeper(keeper, invalidate) as TAbility,
            IAtomicProvider atomic when typeof(TAbility) == typeof(IAtomicProvider) => new InvalidatingAtomicProvider(atomic, invalidate) as TAbility,
            IPrimaryRoute route when typeof(TAbility) == typeof(IPrimaryRoute) => new InvalidatingRoute(route, invalidate) as TAbility,
            var ability => ability,
        };

    /// <summary>The layer has nothing to show of itself; the cache around it has.</summary>
    public override string ToString() => Inner.ToString()!;
}
