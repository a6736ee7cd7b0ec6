using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/choosing-a-provider.md, and that the tables of the page say what the capabilities say.</summary>
internal sealed class ChoosingAProviderSnippets
{
    [Test]
    public async Task Capabilities_are_those_of_the_table()
    {
        var services = new ServiceCollection();
        Choose(services);
        await using var container = services.BuildServiceProvider();

        Assert.Multiple(() =>
        {
            AssertRow(container, null, processes: true, maxLength: 4L << 30, maxMetadata: 64 << 10, [ImageOrder.CreatedDescending, ImageOrder.CreatedAscending]);
            AssertRow(container, "thumbnails", processes: false, maxLength: 256L << 20, maxMetadata: 64 << 10, [ImageOrder.CreatedDescending, ImageOrder.CreatedAscending, ImageOrder.KeyAscending]);
            AssertRow(container, "uploads", processes: true, maxLength: 4L << 30, maxMetadata: 4096, [ImageOrder.CreatedDescending, ImageOrder.KeyAscending]);
            AssertRow(container, "archive", processes: false, maxLength: 4L << 30, maxMetadata: 64 << 10, [ImageOrder.CreatedDescending, ImageOrder.CreatedAscending, ImageOrder.KeyAscending]);
            AssertRow(container, "scratch", processes: false, maxLength: Array.MaxLength, maxMetadata: 64 << 10, [ImageOrder.CreatedDescending, ImageOrder.CreatedAscending, ImageOrder.KeyAscending]);
        });
    }

    [Test]
    public async Task Hybrid_store_of_the_configuration_is_the_primary()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ImageStorage:Primary"] = "main",
            ["ImageStorage:Providers:main:Type"] = "Hybrid",
            ["ImageStorage:Providers:main:InlineLimit"] = "32768",
            ["ImageStorage:Providers:main:Catalog:Type"] = "LiteDb",
            ["ImageStorage:Providers:main:Catalog:Path"] = "data/catalog.db",
            ["ImageStorage:Providers:main:Content:Type"] = "FileSystem",
            ["ImageStorage:Providers:main:Content:Path"] = "data/content",
            ["ImageStorage:Providers:cloud:Type"] = "AzureBlob",
            ["ImageStorage:Providers:cloud:ServiceUri"] = "https://myaccount.blob.core.windows.net",
            ["ImageStorage:Providers:cloud:Container"] = "images",
        }).Build();
        var services = new ServiceCollection();
        services.AddImageStorage(configuration.GetSection("ImageStorage"))
            .AddFileSystemProvider().AddLiteDbProvider().AddAzureBlobProvider().AddHybridProvider();
        await using var container = services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStorage>().Capabilities.Provider.MultiProcess, Is.False);
    }

    private static void Choose(IServiceCollection services)
    {
        services.AddImageStorage().UseFileSystem("data/images");
        services.AddImageStorage("thumbnails").UseLiteDb("data/thumbnails.db");
        services.AddImageStorage("uploads").UseAzureBlob(new Uri("https://myaccount.blob.core.windows.net"), "uploads");
        services.AddImageStorage("archive").UseHybrid(catalog => catalog.UseLiteDb("data/catalog.db"), content => content.UseFileSystem("data/content"));
        services.AddImageStorage("scratch").UseInMemory();
    }

    private static void AssertRow(IServiceProvider container, string? store, bool processes, long maxLength, int maxMetadata, ImageOrder[] orders)
    {
        var capabilities = (store is null ? container.GetRequiredService<IImageStorage>() : container.GetRequiredKeyedService<IImageStorage>(store)).Capabilities.Provider;

        Assert.That((capabilities.MultiProcess, capabilities.MaxContentLength, capabilities.MaxMetadataBytes), Is.EqualTo((processes, maxLength, maxMetadata)), store);
        Assert.That(capabilities.NativeOrders, Is.EquivalentTo(orders), store);
    }
}
