using ImageStorage.FileSystem;
using ImageStorage.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/using.md, and that it does what the page says.</summary>
internal sealed class UsingSnippets
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
    public async Task Images_are_listed_page_by_page_and_all_together()
    {
        await using var images = new ImageStorageManager(new FileSystemImageProvider(new FileSystemStorageOptions { Path = "data/images" }));
        for (var i = 0; i < 21; i++)
        {
            await images.SaveBytesAsync($"cats/{i:00}", SampleImages.Png(seed: i), new SaveOptions { Tags = ["published"] });
        }

        await images.SaveBytesAsync("cats/draft", SampleImages.Png());
        await images.SaveBytesAsync("dogs/rex", SampleImages.Png(), new SaveOptions { Tags = ["published"] });
        var names = new List<string>();

        var query = new ImageQuery { Prefix = "cats/", Tag = "published", Limit = 20 };
        var page = await images.ListAsync(query);

        var next = await images.ListAsync(query with { ContinuationToken = page.ContinuationToken });

        await foreach (var info in images.EnumerateAsync(new ImageQuery { Prefix = "cats/", Order = ImageOrder.KeyAscending }))
        {
            names.Add(info.Key.Value);
        }

        Assert.That((page.Items.Count, next.Items.Count, next.ContinuationToken), Is.EqualTo((20, 1, (string?)null)));
        Assert.That(page.Items.Concat(next.Items).Select(item => item.Key.Value), Is.Unique.And.All.StartsWith("cats/").And.No.Member("cats/draft"));
        Assert.That(names, Has.Count.EqualTo(22).And.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }

    [Test]
    public async Task Named_stores_are_asked_for_by_their_key()
    {
        var services = new ServiceCollection();
        services.AddImageStorage("avatars").UseFileSystem("data/avatars");
        services.AddImageStorage("scans").UseFileSystem("data/scans").WithValidation(validation => validation.MaxLength = 200 << 20);
        services.AddSingleton<ScanService>();
        await using var container = services.BuildServiceProvider();
        using var scan = new MemoryStream(SampleImages.Png());

        var info = await container.GetRequiredService<ScanService>().AddAsync(scan);

        Assert.That(info.Key.Value, Does.StartWith("inbox/"));
        Assert.That(container.GetRequiredKeyedService<IImageStorage>("scans").Capabilities.MaxLength, Is.EqualTo(200 << 20));
        Assert.That(container.GetRequiredKeyedService<IImageStorage>("avatars").Capabilities.MaxLength, Is.EqualTo(50 << 20));
    }

    [Test]
    public async Task Store_is_configured_by_environment_variables()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ImageStorage:Providers:main:Type"] = "FileSystem",
            ["ImageStorage:Providers:main:Path"] = "images",
            ["ImageStorage:Validation:MaxLength"] = "209715200",
        }).Build();
        var services = new ServiceCollection();
        services.AddImageStorage(configuration.GetSection("ImageStorage"))
            .AddFileSystemProvider()
            .AddAzureBlobProvider();
        await using var container = services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStorage>().Capabilities.MaxLength, Is.EqualTo(209715200));
    }

    [Test]
    public async Task Store_without_a_container_saves_a_file()
    {
        await File.WriteAllBytesAsync("tom.jpg", SampleImages.Jpeg());

        var provider = new FileSystemImageProvider(new FileSystemStorageOptions { Path = "data/images" });
        await using var images = new ImageStorageManager(provider);
        await images.SaveFileAsync("cats/tom.jpg", "tom.jpg");

        Assert.That(await images.GetBytesAsync("cats/tom.jpg"), Is.EqualTo(SampleImages.Jpeg()));
    }

    [Test]
    public async Task Store_of_a_container_of_its_own_has_a_cache()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem("data/images").WithCache();
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();

        await images.SaveBytesAsync("users/42/avatar.jpg", SampleImages.Png());
        using var destination = new MemoryStream();
        await CopyAsync(images, destination);

        Assert.That(destination.ToArray(), Is.EqualTo(SampleImages.Png()));
        Assert.That(container.GetService<IImageCache>()!.GetStatistics(), Is.Not.Null);
    }

    [Test]
    public async Task Store_on_a_mount_that_is_not_there_is_not_created()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem(options =>
        {
            options.Path = "/mnt/images/store";
            options.CreateIfMissing = false;
        });
        await using var container = services.BuildServiceProvider();

        Assert.That(() => container.GetRequiredService<IImageStorage>().SaveBytesAsync("a", SampleImages.Png()), Throws.InstanceOf<StorageUnavailableException>());
    }

    private static async Task CopyAsync(IImageStorage images, Stream destination)
    {
        await using var image = await images.GetAsync("users/42/avatar.jpg");
        if (image is not null)
        {
            await image.Content.CopyToAsync(destination);
        }
    }
}
