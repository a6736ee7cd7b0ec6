using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>A store as one process opens it: the primary through a port, with or without the fallback. The time limits of the client of the primary are those that docs/guide/failover.md recommends; everything else has its default.</summary>
internal sealed class OutageStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private OutageStore(Action<ImageStorageBuilder> use)
    {
        var services = new ServiceCollection();
        use(services.AddImageStorage());
        _services = services.BuildServiceProvider();
        Images = _services.GetRequiredService<IImageStorage>();
        Provider = _services.GetRequiredService<IImageProvider>();
    }

    public IImageStorage Images { get; }

    public IImageProvider Provider { get; }

    public IStorageFailover Failover => _services.GetRequiredService<IStorageFailover>();

    /// <summary>The primary with its fallback.</summary>
    public static OutageStore Open(string primary, string container, string fallback) =>
        new(store => store.UseAzureBlob(options =>
        {
            // A commit cannot be cancelled half-way, so a stalled commit takes all its attempts; docs/guide/failover.md says why they are short before a fallback.
            (options.ConnectionString, options.Container) = (primary, container);
            (options.RequestTimeout, options.MaxRetries) = (TimeSpan.FromSeconds(3), 1);
        }).WithFallback(other => other.UseFileSystem(fallback)));

    /// <summary>The primary alone, to see what it really holds.</summary>
    public static OutageStore OpenPrimary(string primary, string container) => new(store => store.UseAzureBlob(primary, container));

    /// <summary>The fallback alone, to see what is left there.</summary>
    public static OutageStore OpenFallback(string fallback) => new(store => store.UseFileSystem(fallback));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
