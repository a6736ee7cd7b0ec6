using ImageStorage.Coordination;
using ImageStorage.Diagnostics;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Store.Composition;

/// <summary>
/// Creates a store when the host starts, so that a failure of the creation ends the start and not the first request. A
/// store of several providers checks that they belong together; a provider that does not answer does not end the start.
/// No other provider is called. A store in or inside of the location of a store that was created before ends the start;
/// an overlap that was found after the creation is logged. Listeners are created here as well, after the store that they may depend on.
/// </summary>
internal sealed class StoreStart(string name, IServiceProvider services) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var provider = services.GetRequiredKeyedService<IImageProvider>(name);
        services.GetRequiredKeyedService<StorageEventQueue>(name).CreateListeners();
        var logger = (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Registration");
        foreach (var warning in services.GetRequiredService<StoreLocations>().WarningsOf(name))
        {
            Log.LocationShared(logger, warning);
        }

        if (provider.GetAbility<IStartCheck>() is { } check && await check.CheckAtStartAsync(cancellationToken).ConfigureAwait(false) is { } failure)
        {
            Log.StartNotVerified(logger, services.GetRequiredKeyedService<StoreRegistration>(name).DescribedInSentence, failure.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
