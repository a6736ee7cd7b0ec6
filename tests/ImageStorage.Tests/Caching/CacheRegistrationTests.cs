using ImageStorage.Caching;
using ImageStorage.InMemory;
using ImageStorage.Resilience;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Tests.Caching;

internal sealed class CacheRegistrationTests
{
    [Test]
    public async Task Store_with_a_cache_has_its_layer_outermost_and_its_service()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().WithCache().UseInMemory().WithResilience();
        await using var container = services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStorage>().ToString(), Is.EqualTo("ImageStorage(Caching(Resilience(Instrumentation(InMemory))))"));
        Assert.That(container.GetRequiredService<IImageCache>(), Is.SameAs(container.GetRequiredKeyedService<IImageCache>(string.Empty)));
        Assert.That(container.GetRequiredService<IImageCache>().GetStatistics().Memory.LimitBytes, Is.EqualTo(100 << 20));
    }

    [Test]
    public async Task Options_come_from_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Cache:Memory:SizeLimitBytes"] = "1048576", ["Cache:Expiration"] = "01:00:00" }).Build();
        var services = new ServiceCollection();
        services.AddImageStorage("named").UseInMemory().WithCache(configuration.GetSection("Cache"));
        await using var container = services.BuildServiceProvider();

        Assert.That(container.GetRequiredKeyedService<IImageCache>("named").GetStatistics().Memory.LimitBytes, Is.EqualTo(1 << 20));
    }

    [TestCase(nameof(MemoryTierOptions.SizeLimitBytes), 0)]
    [TestCase(nameof(MemoryTierOptions.SizeLimitBytes), -1)]
    [TestCase(nameof(MemoryTierOptions.MaxItemBytes), 0)]
    [TestCase(nameof(MemoryTierOptions.MaxItemBytes), 1L << 40)]
    [TestCase(nameof(MemoryTierOptions.Eviction), 7)]
    [TestCase(nameof(MemoryTierOptions.Store), 7)]
    public void Option_of_the_memory_tier_that_makes_no_sense_is_refused_with_the_remedy(string name, long value)
    {
        var builder = new ServiceCollection().AddImageStorage().UseInMemory();

        Assert.That(
            () => builder.WithCache(options => _ = name switch
            {
                nameof(MemoryTierOptions.SizeLimitBytes) => options.Memory.SizeLimitBytes = value,
                nameof(MemoryTierOptions.MaxItemBytes) => (long)(options.Memory.MaxItemBytes = value),
                nameof(MemoryTierOptions.Eviction) => (long)(options.Memory.Eviction = (EvictionPolicy)value),
                _ => (long)(options.Memory.Store = (MemoryStore)value),
            }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains($"Cache.Memory.{name} is {value}: set it to"));
    }

    [Test]
    public void Times_that_make_no_sense_are_refused()
    {
        var builder = new ServiceCollection().AddImageStorage().UseInMemory();

        Assert.That(() => builder.WithCache(options => options.Expiration = TimeSpan.Zero), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Cache.Expiration is 00:00:00"));
        Assert.That(() => builder.WithCache(options => options.RevalidateAfter = TimeSpan.FromSeconds(-2)), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Cache.RevalidateAfter is -00:00:02"));
    }

    [Test]
    public async Task Application_s_own_cache_can_be_the_memory_tier()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IMemoryCache>(_ => new MemoryCache(new MemoryCacheOptions { SizeLimit = 1 << 20 }));
        services.AddImageStorage().UseInMemory().WithCache(options => options.Memory.Store = MemoryStore.Application);
        await using var container = services.BuildServiceProvider();
        var (storage, cache) = (container.GetRequiredService<IImageStorage>(), container.GetRequiredService<IImageCache>());
        await storage.SaveBytesAsync("a.png", CachedStore.Image(1, 100_000));

        Assert.That(await storage.GetBytesAsync("a.png"), Is.EqualTo(CachedStore.Image(1, 100_000)));
        Assert.That(await storage.GetBytesAsync("a.png"), Is.EqualTo(CachedStore.Image(1, 100_000)));
        Assert.That(cache.GetStatistics().Memory, Has.Property("Hits").EqualTo(1).And.Property("Entries").EqualTo(1).And.Property("Bytes").EqualTo(100_000).And.Property("LimitBytes").Null);

        await storage.SaveBytesAsync("a.png", CachedStore.Image(2, 100_000));
        Assert.That(await storage.GetBytesAsync("a.png"), Is.EqualTo(CachedStore.Image(2, 100_000)));
        await cache.ClearAsync();
        Assert.That(await storage.GetBytesAsync("a.png"), Is.EqualTo(CachedStore.Image(2, 100_000)));
        Assert.That(cache.GetStatistics().Fills, Is.EqualTo(3));
    }

    [Test]
    public void Application_s_cache_that_is_missing_is_named()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithCache(options => options.Memory.Store = MemoryStore.Application);
        using var container = services.BuildServiceProvider();

        Assert.That(() => container.GetRequiredService<IImageStorage>(), Throws.InvalidOperationException.With.Message.Contains("services.AddMemoryCache()"));
    }
}
