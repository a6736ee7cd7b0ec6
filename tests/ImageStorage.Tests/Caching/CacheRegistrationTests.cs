using ImageStorage.Providers;
using ImageStorage.Tests.Caching.Disk;
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

        Assert.That(container.GetRequiredService<IImageStorage>().ToString(), Is.EqualTo("ImageStorage(Events(Gate(Caching(Resilience(Instrumentation(InMemory))))))"));
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

    // A cache inside the store would answer a read with CacheMode.Bypass, and would be unknown to IImageCache.
    private static readonly Dictionary<string, Action<ImageStorageBuilder>> Parts = new()
    {
        ["catalog"] = builder => builder.UseHybrid(catalog => catalog.UseInMemory().WithCache(), content => content.UseInMemory()),
        ["content"] = builder => builder.UseHybrid(catalog => catalog.UseInMemory(), content => content.UseInMemory().WithCache()),
        ["mirror"] = builder => builder.UseInMemory().WithMirror(mirror => mirror.UseInMemory().WithCache()),
        ["fallback"] = builder => builder.UseInMemory().WithFallback(fallback => fallback.UseInMemory().WithCache()),
        ["andidate"] = builder => builder.UseFirstAvailable(first => first.UseInMemory().WithCache(), second => second.UseInMemory()),
    };

    private static IEnumerable<string> NamesOfParts => Parts.Keys;

    [TestCaseSource(nameof(NamesOfParts))]
    public void Cache_of_a_part_is_refused_with_the_remedy(string part) => Assert.That(
        () => Parts[part](new ServiceCollection().AddImageStorage()),
        Throws.InvalidOperationException.With.Message.Contains(part).And.Message.Contains("call WithCache on the store"));

    [TestCase(nameof(MemoryTierOptions.SizeLimitBytes), 0)]
    [TestCase(nameof(MemoryTierOptions.SizeLimitBytes), -1)]
    [TestCase(nameof(MemoryTierOptions.MaxItemBytes), 0)]
    [TestCase(nameof(MemoryTierOptions.MaxItemBytes), 1L << 40)]
    [TestCase(nameof(MemoryTierOptions.Eviction), 7)]
    [TestCase(nameof(MemoryTierOptions.Store), 7)]
    public void Invalid_option_of_the_memory_tier_is_refused_with_the_remedy(string name, long value)
    {
        Assert.That(
            () => Resolve(options => _ = name switch
            {
                nameof(MemoryTierOptions.SizeLimitBytes) => options.Memory.SizeLimitBytes = value,
                nameof(MemoryTierOptions.MaxItemBytes) => (long)(options.Memory.MaxItemBytes = value),
                nameof(MemoryTierOptions.Eviction) => (long)(options.Memory.Eviction = (EvictionPolicy)value),
                _ => (long)(options.Memory.Store = (MemoryStore)value),
            }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains($"Cache.Memory.{name} is {value}: set it to"));
    }

    [Test]
    public void Invalid_times_are_refused()
    {
        Assert.That(() => Resolve(options => options.Expiration = TimeSpan.Zero), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Cache.Expiration is 00:00:00"));
        Assert.That(() => Resolve(options => options.RevalidateAfter = TimeSpan.FromSeconds(-2)), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Cache.RevalidateAfter is -00:00:02"));
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
    public void Missing_cache_of_the_application_is_named()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithCache(options => options.Memory.Store = MemoryStore.Application);
        using var container = services.BuildServiceProvider();

        Assert.That(() => container.GetRequiredService<IImageStorage>(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("services.AddMemoryCache()"));
    }

    [Test]
    public async Task Section_in_the_configuration_of_a_store_adds_a_cache()
    {
        using var folder = new CacheFolder();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Providers:InMemory:Type"] = "InMemory",
            ["Cache:Memory:SizeLimitBytes"] = "1048576",
            ["Cache:Disk:Path"] = folder.Path,
            ["Cache:Disk:SizeLimitBytes"] = "2000000",
            ["Cache:Disk:MaxItemBytes"] = "1000000",
            ["Cache:Disk:Eviction"] = "leastRecentlyUsed",
            ["Cache:Distributed:Enabled"] = "true",
            ["Cache:RevalidateAfter"] = "00:00:05",
        }).Build();
        var services = new ServiceCollection();
        services.AddDistributedMemoryCache();
        services.AddImageStorage(configuration).AddProviderType("InMemory", (_, _) => new InMemoryImageProvider());
        services.AddImageStorage(configuration);
        await using var container = services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStorage>().ToString(), Is.EqualTo("ImageStorage(Events(Gate(Caching[Memory+Disk+Distributed](Instrumentation(InMemory)))))"));
        var statistics = container.GetRequiredService<IImageCache>().GetStatistics();
        Assert.That((statistics.Memory.LimitBytes, statistics.Disk!.LimitBytes), Is.EqualTo((1_048_576L, 2_000_000L)));
    }

    [TestCase("Cache:Disk:SizeLimitBytes", "lots", "'Cache:Disk:SizeLimitBytes' is 'lots'")]
    [TestCase("Cache:Disk:SizeLimitBytes", "0", "Cache.Disk.SizeLimitBytes is 0: set it to")]
    [TestCase("Cache:Disk:Folder", "x", "'Cache:Disk:Folder' is not known (its value is 'x'): use one of Eviction, MaxItemBytes, Path, SizeLimitBytes")]
    [TestCase("Cache:Memry:SizeLimitBytes", "1", "'Cache:Memry' is not known")]
    [TestCase("Cache:Distributed:Enabled", "maybe", "set it to true or false")]
    public void Invalid_setting_of_the_section_is_refused_at_startup(string name, string value, string message)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Providers:InMemory:Type"] = "InMemory", [name] = value }).Build();
        var services = new ServiceCollection();
        services.AddImageStorage(configuration).AddProviderType("InMemory", (_, _) => new InMemoryImageProvider());
        using var container = services.BuildServiceProvider();

        Assert.That(() => container.GetRequiredService<IImageStorage>(), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains(message));
    }

    [TestCase(nameof(DiskTierOptions.SizeLimitBytes), 0)]
    [TestCase(nameof(DiskTierOptions.SizeLimitBytes), 1000)]
    [TestCase(nameof(DiskTierOptions.MaxItemBytes), 0)]
    [TestCase(nameof(DiskTierOptions.MaxItemBytes), 1L << 40)]
    [TestCase(nameof(DiskTierOptions.Eviction), 7)]
    public void Invalid_option_of_the_disk_tier_is_refused_with_the_remedy(string name, long value)
    {
        Assert.That(
            () => Resolve(options => _ = name switch
            {
                nameof(DiskTierOptions.SizeLimitBytes) => options.Disk.SizeLimitBytes = value,
                nameof(DiskTierOptions.MaxItemBytes) => (long)(options.Disk.MaxItemBytes = value),
                _ => (long)(options.Disk.Eviction = (EvictionPolicy)value),
            }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains($"Cache.Disk.{name} is {value}: set it to"));
    }

    [Test]
    public void Other_invalid_options_are_refused()
    {
        Assert.That(() => Resolve(options => options.Disk.Path = " "), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Cache.Disk.Path is ' '"));
        Assert.That(() => Resolve(options => options.Distributed.MaxItemBytes = 0), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Cache.Distributed.MaxItemBytes is 0"));
        Assert.That(() => Resolve(options => options.Distributed.Timeout = TimeSpan.Zero), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Cache.Distributed.Timeout is 00:00:00"));
        Assert.That(() => Resolve(options => options.Distributed.Prefix = ""), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Cache.Distributed.Prefix is ''"));
    }

    private static void Resolve(Action<CacheOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithCache(configure);
        using var container = services.BuildServiceProvider();
        container.GetRequiredService<IImageStorage>();
    }
}
