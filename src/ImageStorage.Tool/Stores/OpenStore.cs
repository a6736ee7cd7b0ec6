using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tool.Stores;

/// <summary>An open store, composed as in an application.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private OpenStore(ServiceProvider services, IReadOnlyList<string> localFolders)
    {
        _services = services;
        LocalFolders = localFolders;
        Images = services.GetRequiredService<IImageStorage>();
        Provider = services.GetRequiredService<IImageProvider>();
        Health = services.GetRequiredService<IStorageHealth>();
    }

    public IImageStorage Images { get; }

    public IImageProvider Provider { get; }

    public IStorageHealth Health { get; }

    /// <summary>Gets the parts of the store.</summary>
    public IReadOnlyList<StorePart> Parts => _services.GetRequiredService<IStoreParts>().Parts;

    /// <summary>Gets the failover of a store that was opened with a fallback.</summary>
    public IStorageFailover Failover => _services.GetRequiredService<IStorageFailover>();

    public IImageTransactions Transactions => _services.GetRequiredService<IImageTransactions>();

    public IStorageJobs Jobs => _services.GetRequiredService<IStorageJobs>();

    public IImageHistory History => _services.GetRequiredService<IImageHistory>();

    /// <summary>Gets the folders of the store on this machine.</summary>
    public IReadOnlyList<string> LocalFolders { get; }

    /// <summary>
    /// Verifies that there is a store. A command that reads documents alone calls this first: documents do not show that
    /// the store is missing, an image that may not exist does.
    /// </summary>
    public Task EnsureExistsAsync(CancellationToken cancellationToken) => Images.GetInfoAsync("imagestorage-exists", cancellationToken);

    public static OpenStore Open(StoreUri uri, StoreAccess access, IReadOnlyList<StoreUri> fallbacks, StoreUri? mirror)
    {
        var services = new ServiceCollection();
        var builder = services.AddImageStorage().WithTransactions();
        if (access.Limits is { } limits)
        {
            builder.WithValidation(limits.Apply);
        }

        Use(builder, uri, access);
        foreach (var fallback in fallbacks)
        {
            // A command that reads the status, or reconciles itself, must not reconcile in the background.
            builder.WithFallback(part => UsePart(part, fallback, access), options => options.ReconcileInterval = null);
        }

        if (mirror is not null)
        {
            builder.WithMirror(part => UsePart(part, mirror, access), options => options.ReconcileInterval = null);
        }

        var provider = services.BuildServiceProvider();
        try
        {
            return new OpenStore(provider, uri.Scheme.LocalFolders(uri.Location));
        }
        catch (InvalidOperationException exception) when (fallbacks.Count > 0 || mirror is not null)
        {
            // Parts that do not fit together are a mistake of the program in an application; here the command line
            // names them.
            provider.Dispose();
            throw new StorageNotSupportedException(exception.Message, exception);
        }
        catch
        {
            provider.Dispose();
            throw;
        }
    }

    private static void Use(ImageStorageBuilder builder, StoreUri uri, StoreAccess access)
    {
        if (!access.IsDryRun)
        {
            UsePart(builder, uri, access);
            return;
        }

        builder.AddLayer(new Layer(LayerKind.Caching, (_, provider) => new DryRunProvider(provider)));
        try
        {
            uri.Scheme.Use(builder, uri.Location, access);
        }
        catch (StoreMissingException)
        {
            // The real run would create the store, so the dry run compares with an empty store.
            builder.UseInMemory();
        }
    }

    private static void UsePart(ImageStorageBuilder builder, StoreUri uri, StoreAccess access)
    {
        try
        {
            uri.Scheme.Use(builder, uri.Location, access);
        }
        catch (StoreMissingException missing) when (access.ReportsMissingPart)
        {
            builder.UseProvider(uri.Scheme.Provider, _ => new MissingStore(uri.Scheme.Provider, missing.Message));
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
