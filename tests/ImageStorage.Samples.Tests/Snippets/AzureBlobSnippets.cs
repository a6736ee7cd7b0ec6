using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/azure-blob.md. The stores are built, and no request is sent.</summary>
internal sealed class AzureBlobSnippets
{
    // The well-known account and key of the emulator.
    private const string ConnectionString = "UseDevelopmentStorage=true";

    private static readonly Action<IServiceCollection>[] Stores =
    [
        SignIn,
        services => ConnectWithKey(services, ConnectionString),
        KeepWorkingDuringOutages,
        services => UseOwnClient(services, new BlobContainerClient(ConnectionString, "images")),
        Configure,
    ];

    [TestCaseSource(nameof(Stores))]
    public async Task Store_has_the_limits_of_the_page(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        await using var container = services.BuildServiceProvider();

        var capabilities = container.GetRequiredService<IImageStorage>().Capabilities.Provider;

        Assert.That((capabilities.MaxContentLength, capabilities.MaxMetadataBytes), Is.EqualTo((4L << 30, 4096)));
    }

    private static void SignIn(IServiceCollection services)
    {
        services.AddImageStorage()
            .UseAzureBlob(new Uri("https://myaccount.blob.core.windows.net"), "images");
    }

    private static void ConnectWithKey(IServiceCollection services, string connectionString)
    {
        services.AddImageStorage().UseAzureBlob(connectionString, "images");
    }

    private static void KeepWorkingDuringOutages(IServiceCollection services)
    {
        services.AddImageStorage()
            .UseAzureBlob(options =>
            {
                options.ServiceUri = new Uri("https://myaccount.blob.core.windows.net");
                options.Container = "images";
                options.Prefix = "production";
                options.RequestTimeout = TimeSpan.FromSeconds(3);
                options.MaxRetries = 1;
            })
            .WithFallback(fallback => fallback.UseFileSystem("/mnt/shared/fallback"));
    }

    private static void UseOwnClient(IServiceCollection services, BlobContainerClient containerClient)
    {
        services.AddImageStorage().UseAzureBlob(containerClient);
    }

    private static void Configure(IServiceCollection services)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ImageStorage:Providers:main:Type"] = "AzureBlob",
            ["ImageStorage:Providers:main:ServiceUri"] = "https://myaccount.blob.core.windows.net",
            ["ImageStorage:Providers:main:Container"] = "images",
        }).Build();
        services.AddImageStorage(configuration.GetSection("ImageStorage")).AddAzureBlobProvider();
    }
}
