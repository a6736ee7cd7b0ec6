using ImageStorage.FileSystem;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/settings.md and of the recipe on settings and environment variables, and that the code does what the pages say.</summary>
internal sealed class SettingsSnippets
{
    [Test]
    public async Task Store_is_configured_by_settings()
    {
        var configuration = ConfigurationOf(
            ("ImageStorage:Providers:main:Type", "FileSystem"), ("ImageStorage:Providers:main:Path", "images"), ("ImageStorage:Validation:MaxLength", "209715200"));
        var services = new ServiceCollection();

        services.AddImageStorage(configuration.GetSection("ImageStorage"))
            .AddFileSystemProvider()
            .AddAzureBlobProvider();

        await using var container = services.BuildServiceProvider();
        Assert.That(container.GetRequiredService<IImageStorage>().Capabilities.MaxLength, Is.EqualTo(209715200));
    }

    [Test]
    public async Task Options_of_a_named_store_are_named_options()
    {
        var configuration = ConfigurationOf(
            ("ImageStorage:Avatars:Providers:main:Type", "FileSystem"), ("ImageStorage:Avatars:Providers:main:Path", "images"), ("ImageStorage:Avatars:Cache:Expiration", "12:00:00"),
            ("ImageStorage:Uploads:Providers:AzureBlob:ServiceUri", "https://myaccount.blob.core.windows.net"), ("ImageStorage:Uploads:Providers:AzureBlob:Container", "uploads"));
        var services = new ServiceCollection();

        var stores = configuration.GetSection("ImageStorage");
        services.AddImageStorage("avatars", stores.GetSection("Avatars")).AddFileSystemProvider();
        services.AddImageStorage("uploads", stores.GetSection("Uploads")).AddAzureBlobProvider();

        services.Configure<CacheOptions>("avatars", options => options.Memory.SizeLimitBytes = 50_000_000);
        services.PostConfigure<FileSystemStorageOptions>("avatars", options => options.CreateIfMissing = false);

        await using var container = services.BuildServiceProvider();
        var cache = container.GetRequiredService<IOptionsMonitor<CacheOptions>>().Get("avatars");
        Assert.That((cache.Expiration, cache.Memory.SizeLimitBytes), Is.EqualTo((TimeSpan.FromHours(12), 50_000_000L)));
        Assert.That(container.GetRequiredService<IOptionsMonitor<FileSystemStorageOptions>>().Get("avatars").CreateIfMissing, Is.False);
        Assert.That(container.GetRequiredKeyedService<IImageStorage>("uploads").ToString(), Does.Contain("AzureBlob"));
    }

    [Test]
    public async Task Days_instead_of_seconds_are_refused_by_name()
    {
        var configuration = ConfigurationOf(("ImageStorage:Providers:FileSystem:Path", "images"), ("ImageStorage:Cache:Expiration", "30"));
        var services = new ServiceCollection();
        services.AddImageStorage(configuration.GetSection("ImageStorage")).AddFileSystemProvider();
        await using var container = services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStorage>, Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Expiration"));
    }

    private static IConfiguration ConfigurationOf(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value)).Build();
}
