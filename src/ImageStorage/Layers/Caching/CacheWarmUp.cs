using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.Caching;

/// <summary>
/// Resolves the identity of a store and connects to its distributed cache before the application takes requests. The
/// start is delayed by at most ten seconds, and does not fail if the server is down. Does nothing without a distributed
/// tier.
/// </summary>
/// <param name="services">The container of the store.</param>
/// <param name="name">The name of the store.</param>
/// <param name="options">Returns the options of the cache.</param>
internal sealed class CacheWarmUp(IServiceProvider services, string name, Func<CacheOptions> options) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options().Distributed.Enabled || services.GetRequiredKeyedService<IImageProvider>(name).GetAbility<IImageCache>() is not CachingProvider cache)
        {
            return;
        }

        try
        {
            await cache.WarmUpAsync(cancellationToken).WaitAsync(Patience, services.GetService<TimeProvider>() ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The attempt continues and logs its end. Until then, images are read past the tier.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
