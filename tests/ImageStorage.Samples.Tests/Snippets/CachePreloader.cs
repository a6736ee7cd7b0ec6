namespace ImageStorage.Samples.Tests.Snippets;

public sealed class CachePreloader(IImageStorage images, IImageCache cache)
{
    public async Task<PreloadResult> LoadNewestAsync(CancellationToken cancellationToken)
    {
        var newest = await images.ListAsync(new ImageQuery { Limit = 50 }, cancellationToken);
        return await cache.PreloadAsync(newest.Items.Select(info => info.Key), cancellationToken: cancellationToken);
    }
}
