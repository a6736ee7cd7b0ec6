using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.Caching;

/// <summary>
/// Makes the shared tiers of a store usable before the application takes requests, where there is a distributed one: asks the store for its identity, and connects to the cache. A start
/// is not held up for longer than a few seconds, and does not fail when the server is down.
/// </summary>
/// <param name="services">The container of the store.</param>
/// <param name="name">The name of the store.</param>
/// <param name="options">Returns the options of the cache.</param>
internal sealed class CacheWarmUp(IServiceProvider services, string name, Func<CacheOptions> options) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options().Distributed.Enabled || services.GetRequiredKeyedService<IImageProvider>(name).GetAbility<CachingProvider>() is not { } cache)
        {
            return;
        }

        try
        {
            await cache.WarmUpAsync(cancellationToken).WaitAsync(Patience, services.GetService<TimeProvider>() ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The attempt continues, and its end is logged; until then images are read past the tier.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
