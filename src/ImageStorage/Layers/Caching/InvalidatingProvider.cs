using ImageStorage.Providers;

namespace ImageStorage.Caching;

/// <summary>
/// Invalidates cached images on every write to the provider, also on writes that bypass the layers: through the
/// abilities that transactions use, and through the route to the primary below a failover. The image is invalidated
/// after the write, because a read during the write may return the old version; and also after a failed write, because
/// its effect is unknown.
/// </summary>
/// <param name="inner">The provider.</param>
/// <param name="invalidate">Invalidates the image of a key.</param>
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

    public override async Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default)
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
            IVersionKeeper keeper when typeof(TAbility) == typeof(IVersionKeeper) => new InvalidatingVersionKeeper(keeper, invalidate) as TAbility,
            IAtomicProvider atomic when typeof(TAbility) == typeof(IAtomicProvider) => new InvalidatingAtomicProvider(atomic, invalidate) as TAbility,
            ICopyProvider copies when typeof(TAbility) == typeof(ICopyProvider) => new InvalidatingCopyProvider(copies, invalidate) as TAbility,
            IPrimaryRoute route when typeof(TAbility) == typeof(IPrimaryRoute) => new InvalidatingPrimaryRoute(route, invalidate) as TAbility,
            var ability => ability,
        };

    /// <summary>Returns the text of the inner provider: the cache around this provider prints itself.</summary>
    public override string ToString() => Inner.ToString()!;
}
