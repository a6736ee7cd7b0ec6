using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.Caching;

/// <summary>
/// Makes the shared tiers of a store usable before the application takes requests: asks the store for its identity, and connects to the distributed cache. A start is not
/// held up for longer than a few seconds, and does not fail when the server is down.
/// </summary>
/// <param name="services">The container of the store.</param>
/// <param name="name">The name of the store.</param>
/// <param name="clock">The clock of the time limit.</param>
internal sealed class CacheWarmUp(IServiceProvider services, string name, TimeProvider clock) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var cache = services.GetRequiredKeyedService<IImageProvider>(name).GetAbility<CachingProvider>() ?? throw new InvalidOperationException("A layer of the store hides its cache.");
        try
        {
            await cache.WarmUpAsync(cancellationToken).WaitAsync(Patience, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The attempt continues, and its end is logged; until then images are read past the tier.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
