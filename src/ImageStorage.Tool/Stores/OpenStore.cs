using ImageStorage.History;
using ImageStorage.Providers;
using ImageStorage.Transactions;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tool.Stores;

/// <summary>A store while a command uses it, put together the same way as an application does.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private OpenStore(ServiceProvider services, IReadOnlyList<string> localFolders)
    {
        _services = services;
        LocalFolders = localFolders;
        Images = services.GetRequiredService<IImageStorage>();
        Provider = services.GetRequiredService<IImageProvider>();
    }

    public IImageStorage Images { get; }

    public IImageProvider Provider { get; }

    public IImageTransactions Transactions => _services.GetRequiredService<IImageTransactions>();

    public IImageHistory History => _services.GetRequiredService<IImageHistory>();

    /// <summary>The folders that the store fills on this machine.</summary>
    public IReadOnlyList<string> LocalFolders { get; }

    public static OpenStore Open(StoreUri uri, StoreAccess access)
    {
        var services = new ServiceCollection();
        uri.Scheme.Use(services.AddImageStorage().WithTransactions(), uri.Location, access);
        var provider = services.BuildServiceProvider();
        try
        {
            return new OpenStore(provider, uri.Scheme.LocalFolders(uri.Location));
        }
        catch
        {
            provider.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
