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
            builder.Services.AddImageStorage()
                .UseAzureBlob(new Uri("https://myaccount.blob.core.windows.net"), "images")
                .WithCache(cache =>
                {
                    cache.Memory.SizeLimitBytes = 200 << 20;
                    cache.Disk.Path = "/var/cache/myapp/images";
                    cache.Distributed.Enabled = true;
                    cache.Distributed.Prefix = "myapp-production";
                });
        }

        await using var container = builder.Services.BuildServiceProvider();
        var options = container.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<CacheOptions>>().CurrentValue;

        Assert.That((options.Memory.SizeLimitBytes, options.Disk.Path, options.Distributed.Enabled, options.Distributed.Prefix), Is.EqualTo((200L << 20, "/var/cache/myapp/images", true, "myapp-production")));
    }
}
