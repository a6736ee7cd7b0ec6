using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Stores;

/// <summary>A store in use, put together the same way as an application does.</summary>
internal sealed class OpenStore : IDisposable
{
    private readonly ServiceProvider _services;

    /// <summary>Opens a store.</summary>
    /// <param name="uri">Which.</param>
    /// <param name="configure">Adds what this user of it needs; null for nothing.</param>
    public OpenStore(string uri, Action<ImageStorageBuilder>? configure = null)
    {
        var (kind, location) = StoreKinds.Parse(uri);
        var services = new ServiceCollection();
        var builder = services.AddImageStorage();
        kind.Use(builder, location);
        configure?.Invoke(builder);
        _services = services.BuildServiceProvider();
        Images = _services.GetRequiredService<IImageStorage>();
        Provider = _services.GetRequiredService<IImageProvider>();
    }

    public IImageStorage Images { get; }

    public IImageProvider Provider { get; }

    /// <summary>Where all other services of the store come from.</summary>
    public IServiceProvider Services => _services;

    public void Dispose() => _services.Dispose();
}
