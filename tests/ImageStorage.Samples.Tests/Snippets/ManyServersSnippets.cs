using ImageStorage.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/many-servers.md. The store itself is not opened: it needs an account.</summary>
internal sealed class ManyServersSnippets
{
    [Test]
    public async Task Store_has_a_cache_in_front_of_azure_by_code_and_by_configuration([Values] bool isConfigured)
    {
        var builder = Host.CreateApplicationBuilder();
        if (isConfigured)
        {
            builder.Configuration.AddConfiguration(GuideJson.Of("many-servers"));
            builder.Services.AddImageStorage(builder.Configuration.GetSection("ImageStorage")).AddAzureBlobProvider();
        }
        else
        {
            builder.Services.AddStackExchangeRedisCache(redis =>
            {
                redis.Configuration = "redis.internal:6379,abortConnect=false";
                redis.InstanceName = "myapp-production:";
            });
            builder.Services.AddImageStorage()
                .UseAzureBlob(new Uri("https://myaccount.blob.core.windows.net"), "images")
                .WithCache(cache =>
                {
                    cache.Memory.SizeLimitBytes = 200 << 20;
                    cache.Disk.Path = "/var/cache/myapp/images";
                    cache.Distributed.Enabled = true;
                    cache.Distributed.Prefix = "myapp-production";
                })
                .WithTransactions();
            builder.Services.AddHealthChecks().AddImageStorage();
        }

        await using var container = builder.Services.BuildServiceProvider();
        var options = container.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<CacheOptions>>().CurrentValue;

        Assert.That((options.Memory.SizeLimitBytes, options.Disk.Path, options.Distributed.Enabled, options.Distributed.Prefix), Is.EqualTo((200L << 20, "/var/cache/myapp/images", true, "myapp-production")));
    }

    [Test]
    public async Task Dashboard_shows_a_total_with_its_age()
    {
        using var images = new ImageStorageManager(new InMemoryImageProvider());
        await images.SaveBytesAsync("a.png", Testing.SampleImages.OfLength(1_000, 1));

        var usage = await images.GetUsageAsync(new UsageOptions { MaxAge = TimeSpan.FromMinutes(10) });
        Console.WriteLine($"{usage.Count} images, {usage.StoredBytes} bytes stored, counted at {usage.CountedAt}");

        Assert.That((usage.Count, usage.StoredBytes), Is.EqualTo((1, 1_000)));
    }
}
