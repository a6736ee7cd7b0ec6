using System.Runtime.CompilerServices;

namespace ImageStorage.Providers;

/// <summary>Walks over the images of any provider. For authors of jobs, providers and layers.</summary>
public static class WalkExtensions
{
    /// <summary>
    /// Walks over the images in the order of their keys: by <see cref="IImageWalk"/> if the provider has that ability,
    /// otherwise by pages of a listing by key.
    /// </summary>
    /// <param name="provider">The provider.</param>
    /// <param name="options">The range of the walk; null for all images with their records.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    public static IAsyncEnumerable<WalkedImage> WalkAsync(this IImageProvider provider, WalkOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return provider.GetAbility<IImageWalk>() is { } walk ? walk.WalkAsync(options, cancellationToken) : ByPagesAsync(provider, options ?? new WalkOptions(), cancellationToken);
    }

    private static async IAsyncEnumerable<WalkedImage> ByPagesAsync(IImageProvider provider, WalkOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new ImageQuery
        {
            Order = ImageOrder.KeyAscending,
            Prefix = options.Prefix,
            Limit = ImageQuery.MaxLimit,
            ContinuationToken = options.After is { } after ? new ListPosition(ImageOrder.KeyAscending, DateTimeOffset.MinValue, after).ToToken() : null,
        };
        do
        {
            var page = await provider.ListAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var image in PageImages.InOrder(page, query.Order))
            {
                yield return options.Records ? image : image with { Info = null };
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
    }
}
