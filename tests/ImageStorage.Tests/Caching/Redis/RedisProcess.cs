using ImageStorage.Caching;
using ImageStorage.Providers;
using ImageStorage.Tests.Instrumentation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace ImageStorage.Tests.Caching.Redis;

/// <summary>An application with a cache on a Redis, composed by its container and started like by a host.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private readonly ServiceProvider _container;

    /// <param name="provider">Opens the store.</param>
    /// <param name="client">The settings of the client.</param>
    /// <param name="clock">The clock of timeouts and pauses: a call takes no time, however busy the machine is.</param>
    /// <param name="hasFallback">Whether the store has a fallback.</param>
    /// <param name="instance">The prefix that the client gives to all names.</param>
    public RedisProcess(Func<IImageProvider> provider, ConfigurationOptions client, TimeProvider clock, bool hasFallback = false, string? instance = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(new SingleLogger(Log)).AddSingleton(clock);
        services.AddStackExchangeRedisCache(options =>
        {
            options.InstanceName = instance;
            options.ConnectionMultiplexerFactory = async () => Connection = await ConnectionMultiplexer.ConnectAsync(client);
        });
        var builder = services.AddImageStorage().UseProvider("Store", _ => provider()).WithCache(cache =>
        {
            cache.Memory.SizeLimitBytes = 1 << 20;
            cache.Distributed.Enabled = true;
        });
        if (hasFallback)
        {
            builder.WithFallback(fallback => fallback.UseProvider("Fallback", _ => new WatchedProvider(clock, isShared: true)));
        }

        _container = services.BuildServiceProvider();
        Images = _container.GetRequiredService<IImageStorage>();
        Cache = _container.GetRequiredService<IImageCache>();
    }

    public RecordingLogger Log { get; } = new(LogLevel.Information);

    public IImageStorage Images { get; }

    public IImageCache Cache { get; }

    public CacheTierStatistics Distributed => Cache.GetStatistics().Distributed!;

    /// <summary>The connection of the application; null before the first call.</summary>
    public IConnectionMultiplexer? Connection { get; private set; }

    public IEnumerable<LogLevel> Levels => Log.Entries.Where(entry => entry.Text.Contains("distributed", StringComparison.Ordinal)).Select(entry => entry.Level);

    /// <summary>Starts the hosted services, like a host before it accepts requests.</summary>
    public async Task<RedisProcess> StartAsync()
    {
        foreach (var service in _container.GetServices<IHostedService>().OfType<CacheWarmUp>())
        {
            await service.StartAsync(default);
        }

        return this;
    }

    public Task SaveAsync(ImageKey key, int seed, int length = 5000) => Images.SaveBytesAsync(key, CachedStore.Image(seed, length));

    public Task<byte[]?> ReadAsync(ImageKey key) => Images.GetBytesAsync(key);

    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
