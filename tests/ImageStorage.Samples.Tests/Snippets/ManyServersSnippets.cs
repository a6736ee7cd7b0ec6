using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/many-servers.md.</summary>
internal static class ManyServersSnippets
{
    public static ImageStorageBuilder Usage(IServiceCollection services) =>
        services.AddImageStorage()
            .UseAzureBlob(new Uri("https://myaccount.blob.core.windows.net"), "images")
            .WithCache(cache =>
            {
                cache.Memory.SizeLimitBytes = 200 << 20;
                cache.Disk.Path = "/var/cache/myapp/images";
                cache.Distributed.Enabled = true;
                cache.Distributed.Prefix = "myapp-production";
            });
}
