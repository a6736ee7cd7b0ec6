using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/caching.md, and a check that the code does what the page says.</summary>
internal sealed class CachingSnippets
{
    private string _former = string.Empty;
    private string _folder = string.Empty;

    [SetUp]
    public void EnterFolder()
    {
        _former = Environment.CurrentDirectory;
        _folder = Directory.CreateTempSubdirectory("imagestorage-guide-").FullName;
        Environment.CurrentDirectory = _folder;
    }

    [TearDown]
    public void LeaveFolder()
    {
        Environment.CurrentDirectory = _former;
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Store_with_memory_and_disk_prints_its_tiers()
    {
        var services = new ServiceCollection();
        MemoryAndDisk(services);
        await using var container = services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStorage>().ToString(), Does.Contain("Caching[Memory+Disk]("));
        Assert.That(container.GetRequiredService<IImageCache>().GetStatistics().Memory.LimitBytes, Is.EqualTo(200 << 20));
    }

    [Test]
    public async Task Store_with_a_distributed_cache_reads_its_images()
    {
        var services = new ServiceCollection();
        Distributed(services);
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        await images.SaveBytesAsync("a", SampleImages.Png());

        Assert.That(await images.GetBytesAsync("a"), Is.EqualTo(SampleImages.Png()));
        Assert.That(container.GetRequiredService<IImageCache>().GetStatistics().Distributed, Is.Not.Null);
    }

    [Test]
    public async Task Preload_reads_the_newest_images_into_memory()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem("data/images").WithCache();
        services.AddSingleton<CachePreloader>();
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        for (var i = 0; i < 60; i++)
        {
            await images.SaveBytesAsync($"{i:00}", SampleImages.Png(seed: i));
        }

        var result = await container.GetRequiredService<CachePreloader>().LoadNewestAsync(CancellationToken.None);

        Assert.That((result.Loaded, result.Failures.Count), Is.EqualTo((50L, 0)));
        Assert.That(container.GetRequiredService<IImageCache>().GetStatistics().Memory.Entries, Is.EqualTo(50));
    }

    [Test]
    public async Task Single_reads_choose_how_they_use_the_cache_and_entries_are_inspected()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem("data/images").WithCache();
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        await images.SaveBytesAsync("cats/tom.jpg", SampleImages.Jpeg());

        Assert.That(await ReadAsync(images, "cats/tom.jpg"), Is.EqualTo((false, true)));
        await images.GetBytesAsync("cats/tom.jpg");
        Assert.That(await ReadAsync(images, "cats/tom.jpg"), Is.EqualTo((true, true)));
        await InspectAsync(container.GetRequiredService<IImageCache>());
    }

    private static async Task<(bool IsCached, bool IsStored)> ReadAsync(IImageStorage images, ImageKey key)
    {
        await using var cached = await images.GetAsync(key, new GetOptions { Cache = CacheMode.CacheOnly });
        await using var stored = await images.GetAsync(key, new GetOptions { Cache = CacheMode.Bypass });
        return (cached is not null, stored is not null);
    }

    private static async Task InspectAsync(IImageCache cache)
    {
        foreach (var entry in await cache.InspectAsync("cats/tom.jpg"))
        {
            Console.WriteLine($"{entry.Tier}: {entry.Bytes} bytes, {entry.Age} old, {entry.Accesses} accesses, fresh {entry.IsFresh}");
        }
    }

    [Test]
    public async Task Copy_of_a_store_gets_an_identity_of_its_own()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem("data/images").WithCache(cache => cache.Disk.Path = "data/cache");
        await using var container = services.BuildServiceProvider();
        await container.GetRequiredService<IImageStorage>().SaveBytesAsync("a", SampleImages.Png());
        var original = await ReadIdentityAsync(container);

        await DeleteIdentityAsync(container);

        Assert.That(original, Is.Not.Empty);
        Assert.That(await container.GetRequiredService<IImageProvider>().Documents.GetAsync("store/identity"), Is.Null);
    }

    private static ImageStorageBuilder MemoryAndDisk(IServiceCollection services) =>
        services.AddImageStorage()
            .UseAzureBlob(new Uri("https://myaccount.blob.core.windows.net"), "images")
            .WithCache(cache =>
            {
                cache.Memory.SizeLimitBytes = 200 << 20;
                cache.Disk.Path = "data/cache";
            });

    private static void Distributed(IServiceCollection services)
    {
        services.AddDistributedMemoryCache();
        services.AddImageStorage()
            .UseFileSystem("data/images")
            .WithCache(cache =>
            {
                cache.Distributed.Enabled = true;
                cache.Distributed.Prefix = "myapp-production";
            });
    }

    // The cache reads the identity, and creates it, when a read first needs the disk.
    private static async Task<byte[]> ReadIdentityAsync(ServiceProvider container)
    {
        await container.GetRequiredService<IImageStorage>().GetBytesAsync("a");
        return (await container.GetRequiredService<IImageProvider>().Documents.GetAsync("store/identity"))!.Content.ToArray();
    }

    private static async Task DeleteIdentityAsync(ServiceProvider container)
    {
        var provider = container.GetRequiredService<IImageProvider>();
        await provider.Documents.DeleteAsync("store/identity");
    }
}
