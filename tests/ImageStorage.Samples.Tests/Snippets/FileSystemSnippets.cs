using ImageStorage.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>Compiles the code of docs/guide/filesystem.md and checks the statements of the page.</summary>
internal sealed class FileSystemSnippets
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

    [TestCase("users/42/avatar.jpg", "images/users/42/avatar.jpg")]
    [TestCase("IMG_0001.JPG", "images/img_0001+.jpg")]
    [TestCase("cats/tom", "images/cats/tom.~")]
    [TestCase("größe.png", "images/gr%c3%b6%c3%9fe.png")]
    public async Task Image_is_one_file_that_begins_with_the_payload(string key, string file)
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem("data/images");
        await using var container = services.BuildServiceProvider();
        var payload = SampleImages.Png();

        await container.GetRequiredService<IImageStorage>().SaveBytesAsync(new ImageKey(key), payload);

        var stored = await File.ReadAllBytesAsync(Path.Join("data/images", file));
        Assert.That(stored.AsSpan(0, payload.Length).SequenceEqual(payload));
    }

    [Test]
    public async Task Store_on_a_volume_that_is_not_mounted_is_unavailable_and_not_created()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem(options =>
        {
            options.Path = "/mnt/photos/store";
            options.CreateIfMissing = false;
        });
        await using var container = services.BuildServiceProvider();

        Assert.That(() => container.GetRequiredService<IImageStorage>().SaveBytesAsync("a", SampleImages.Png()), Throws.InstanceOf<StorageUnavailableException>());
        Assert.That(Directory.Exists("/mnt/photos/store"), Is.False);
    }

    [Test]
    public async Task Store_is_configured_by_settings()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ImageStorage:Providers:main:Type"] = "FileSystem",
            ["ImageStorage:Providers:main:Path"] = "store",
            ["ImageStorage:Providers:main:CreateIfMissing"] = "false",
        }).Build();
        var services = new ServiceCollection();
        services.AddImageStorage(configuration.GetSection("ImageStorage")).AddFileSystemProvider();
        await using var container = services.BuildServiceProvider();

        Assert.That(() => container.GetRequiredService<IImageStorage>().GetBytesAsync("a"), Throws.InstanceOf<StorageUnavailableException>());
    }

    [Test]
    public async Task Lost_folder_is_unavailable_and_the_store_continues_when_the_folder_is_back()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem("data/images");
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        await images.SaveBytesAsync("a.png", SampleImages.Png());

        Directory.Move("data", "away");
        Assert.That(() => images.GetInfoAsync("b.png"), Throws.InstanceOf<StorageUnavailableException>());
        Assert.That(() => images.SaveBytesAsync("b.png", SampleImages.Png()), Throws.InstanceOf<StorageUnavailableException>());
        Directory.Move("away", "data");

        Assert.That(await images.GetBytesAsync("a.png"), Is.EqualTo(SampleImages.Png()));
    }
}
