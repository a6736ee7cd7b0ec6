using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>
/// A store opened by one process: the primary through a port, with or without the fallback. The client of the primary
/// has the time limits recommended by docs/guide/failover.md; all other options have their defaults.
/// </summary>
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

    /// <summary>Opens the primary with its fallback.</summary>
    public static OutageStore Open(string primary, string container, string fallback) =>
        new(store => store.UseAzureBlob(options =>
        {
            // A commit cannot be abandoned, so a stalled commit takes all its attempts. docs/guide/failover.md says why
            // they must be short.
            (options.ConnectionString, options.Container) = (primary, container);
            (options.RequestTimeout, options.MaxRetries) = (TimeSpan.FromSeconds(3), 1);
        }).WithFallback(other => other.UseFileSystem(fallback)));

    /// <summary>Opens the primary alone, to find its images.</summary>
    public static OutageStore OpenPrimary(string primary, string container) => new(store => store.UseAzureBlob(primary, container));

    /// <summary>Opens the fallback alone, to find left-overs.</summary>
    public static OutageStore OpenFallback(string fallback) => new(store => store.UseFileSystem(fallback));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
