using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Stores;

/// <summary>A store in use, put together the same way as an application does.</summary>
internal sealed class OpenStore : IDisposable
{
    private readonly ServiceProvider _services;

    public OpenStore(string uri)
    {
        var (kind, location) = StoreKinds.Parse(uri);
        var services = new ServiceCollection();
        kind.Use(services.AddImageStorage(), location);
        _services = services.BuildServiceProvider();
        Images = _services.GetRequiredService<IImageStorage>();
        Provider = _services.GetRequiredService<IImageProvider>();
    }

    public IImageStorage Images { get; }

    public IImageProvider Provider { get; }

    public void Dispose() => _services.Dispose();
}
