using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.Registration;

/// <summary>Creates a store when the host starts, so that what only its creation shows ends the start and not the first request. No provider is called.</summary>
internal sealed class StoreStart(string name, IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredKeyedService<IImageProvider>(name);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
