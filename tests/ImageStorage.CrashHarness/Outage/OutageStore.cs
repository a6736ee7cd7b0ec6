using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>A store as one process has it open: the primary through some port, with or without the fallback; the time limits of the primary's client are those that docs/failover.md recommends, all else is as it is by default.</summary>
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
            // A commit cannot be given up half-way, so a stalled one takes all its attempts: docs/failover.md says why these are short before a fallback.
            (options.ConnectionString, options.Container) = (primary, container);
            (options.RequestTimeout, options.MaxRetries) = (TimeSpan.FromSeconds(3), 1);
        }).WithFallback(other => other.UseFileSystem(fallback)));

    /// <summary>The primary alone, to see what it really holds.</summary>
    public static OutageStore OpenPrimary(string primary, string container) => new(store => store.UseAzureBlob(primary, container));

    /// <summary>The fallback alone, to see what is left there.</summary>
    public static OutageStore OpenFallback(string fallback) => new(store => store.UseFileSystem(fallback));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
