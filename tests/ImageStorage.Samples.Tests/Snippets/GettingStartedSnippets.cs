using ImageStorage.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/getting-started.md, and that the code does what the page says.</summary>
internal sealed class GettingStartedSnippets
{
    private TemporaryCurrentFolder _folder = null!;

    [SetUp]
    public void EnterFolder() => _folder = new TemporaryCurrentFolder();

    [TearDown]
    public void LeaveFolder() => _folder.Dispose();

    [Test]
    public async Task Service_saves_reads_and_deletes_an_avatar()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem("data/images");
        services.AddSingleton<AvatarService>();
        await using var container = services.BuildServiceProvider();
        var avatars = container.GetRequiredService<AvatarService>();
        using var upload = new MemoryStream(SampleImages.Jpeg());

        await avatars.SaveAsync(42, upload, CancellationToken.None);
        using var destination = new MemoryStream();
        await CopyAsync(container.GetRequiredService<IImageStorage>(), destination);

        Assert.That(destination.ToArray(), Is.EqualTo(SampleImages.Jpeg()));
        Assert.That(Directory.EnumerateFiles("data/images/images", "*", SearchOption.AllDirectories).Count(), Is.EqualTo(1));
        Assert.That(await avatars.DeleteAsync(42, CancellationToken.None), Is.True);
        Assert.That(await avatars.DeleteAsync(42, CancellationToken.None), Is.False);
        Assert.That(await avatars.GetAsync(42, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Path_starts_at_the_content_root_where_the_application_says_so()
    {
        var root = Directory.CreateDirectory("content").FullName;
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = root });

        builder.Services.AddImageStorage().UseFileSystem(Path.Combine(builder.Environment.ContentRootPath, "data/images"));

        using var host = builder.Build();
        await host.Services.GetRequiredService<IImageStorage>().SaveBytesAsync("a", SampleImages.Png());
        Assert.That(Directory.EnumerateFiles("content/data/images/images"), Is.Not.Empty);
    }

    [Test]
    public async Task Start_does_not_look_for_the_folder()
    {
        await File.WriteAllTextAsync("no-folder", "a file where the store should be");
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddImageStorage().UseFileSystem("no-folder");
        using var host = builder.Build();

        await host.StartAsync();

        Assert.That(() => host.Services.GetRequiredService<IImageStorage>().SaveBytesAsync("a", SampleImages.Png()), Throws.InstanceOf<StorageUnavailableException>());
    }

    [Test]
    public async Task Store_is_described_by_configuration()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["ImageStorage:Providers:FileSystem:Path"] = "data/images" }).Build();
        var services = new ServiceCollection();

        services.AddImageStorage(configuration.GetSection("ImageStorage")).AddFileSystemProvider();

        await using var container = services.BuildServiceProvider();
        Assert.That((await container.GetRequiredService<IImageStorage>().SaveBytesAsync("a", SampleImages.Png())).ContentType, Is.EqualTo("image/png"));
    }

    [Test]
    public async Task Store_has_what_was_added()
    {
        var services = new ServiceCollection();

        services.AddImageStorage()
            .UseFileSystem("data/images")
            .WithCache(cache => cache.Memory.SizeLimitBytes = 200 << 20)
            .WithTransactions()
            .WithValidation(validation => validation.MaxLength = 20 << 20);

        await using var container = services.BuildServiceProvider();
        Assert.That(container.GetRequiredService<IImageStorage>().Capabilities.MaxLength, Is.EqualTo(20 << 20));
        Assert.That(container.GetService<IImageCache>(), Is.Not.Null);
        Assert.That(container.GetService<IImageTransactions>(), Is.Not.Null);
    }

    private static async Task CopyAsync(IImageStorage images, Stream destination)
    {
        await using var image = await images.GetAsync("users/42/avatar");
        if (image is not null)
        {
            await image.Content.CopyToAsync(destination);
        }
    }
}

public sealed class AvatarService(IImageStorage images)
{
    public Task<ImageInfo> SaveAsync(int userId, Stream upload, CancellationToken cancellationToken) =>
        images.SaveAsync($"users/{userId}/avatar", upload, cancellationToken: cancellationToken);

    public Task<StoredImage?> GetAsync(int userId, CancellationToken cancellationToken) =>
        images.GetAsync($"users/{userId}/avatar", cancellationToken: cancellationToken);

    public Task<bool> DeleteAsync(int userId, CancellationToken cancellationToken) =>
        images.DeleteAsync($"users/{userId}/avatar", cancellationToken: cancellationToken);
}
