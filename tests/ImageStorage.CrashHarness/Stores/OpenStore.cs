using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Stores;

/// <summary>An open store, registered as by an application.</summary>
internal sealed class OpenStore : IDisposable
{
    // Short, because a check waits for the lease of a process that was killed during a move.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    private readonly ServiceProvider _services;

    /// <summary>Opens a store.</summary>
    /// <param name="uri">The URI of the store.</param>
    /// <param name="configure">Adds layers and features; null for none.</param>
    public OpenStore(string uri, Action<ImageStorageBuilder>? configure = null)
    {
        var (kind, location) = StoreKinds.Parse(uri);
        var services = new ServiceCollection();
        var builder = services.AddImageStorage().WithTransactions(options => options.LeaseDuration = Lease);
        kind.Use(builder, location);
        configure?.Invoke(builder);
        _services = services.BuildServiceProvider();
        Images = _services.GetRequiredService<IImageStorage>();
        Provider = _services.GetRequiredService<IImageProvider>();
    }

    /// <summary>Gets a value indicating whether the store can move images.</summary>
    public bool CanMove => Provider.GetAbility<IAtomicProvider>() is not null || Provider.GetAbility<IVersionKeeper>() is not null;

    public IImageStorage Images { get; }

    public IImageProvider Provider { get; }

    /// <summary>Gets the container of the store.</summary>
    public IServiceProvider Services => _services;

    public void Dispose() => _services.Dispose();
}
