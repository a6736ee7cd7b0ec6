using ImageStorage.LiteDb;
using ImageStorage.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/litedb.md, and that it does what the page says.</summary>
internal sealed class LiteDbSnippets
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
    public async Task First_save_creates_the_files_that_the_page_lists()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseLiteDb("data/images.db");
        await using (var container = services.BuildServiceProvider())
        {
            var images = container.GetRequiredService<IImageStorage>();
            Assert.That(await images.GetInfoAsync("cats/tom.png"), Is.Null);
            Assert.That(Directory.Exists("data"), Is.False, "a read creates nothing");

            await images.SaveBytesAsync("cats/tom.png", SampleImages.Png());

            Assert.That(await images.GetBytesAsync("cats/tom.png"), Is.EqualTo(SampleImages.Png()));
        }

        Assert.That(
            Directory.EnumerateFiles("data").Select(Path.GetFileName),
            Is.EquivalentTo(["images.db", "images.db-log", "images.db-owner"]));
    }

    [Test]
    public async Task Missing_database_is_refused_where_CreateIfMissing_is_false()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseLiteDb(options =>
        {
            options.Path = "/mnt/images/images.db";
            options.CreateIfMissing = false;      // an empty mount point is not a new store
        });
        services.PostConfigure<LiteDbStorageOptions>(string.Empty, options => options.Path = "volume/images.db");
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();

        Assert.That(
            () => images.SaveBytesAsync("cats/tom.png", SampleImages.Png()),
            Throws.InstanceOf<StorageUnavailableException>().With.Message.Contains("CreateIfMissing"));
        Assert.That(Directory.Exists("volume"), Is.False);
    }

    [Test]
    public async Task Store_is_configured_by_a_section()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ImageStorage:Providers:main:Type"] = "LiteDb",
            ["ImageStorage:Providers:main:Path"] = "data/images.db",
            ["ImageStorage:Providers:main:CreateIfMissing"] = "true",
        }).Build();
        var services = new ServiceCollection();
        services.AddImageStorage(configuration.GetSection("ImageStorage")).AddLiteDbProvider();
        await using var container = services.BuildServiceProvider();

        await container.GetRequiredService<IImageStorage>().SaveBytesAsync("cats/tom.png", SampleImages.Png());

        Assert.That(File.Exists("data/images.db"), Is.True);
    }

    [Test]
    public async Task Compaction_returns_the_space_of_deleted_images()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseLiteDb("data/images.db");
        await using (var container = services.BuildServiceProvider())
        {
            var images = container.GetRequiredService<IImageStorage>();
            await images.SaveAsync("cats/tom.png", SampleImages.StreamOfLength(2_000_000));
            await images.SaveBytesAsync("cats/tim.png", SampleImages.Png());
            await images.DeleteAsync("cats/tom.png");
        }

        await using var database = new LiteDbImageProvider(new LiteDbStorageOptions { Path = "data/images.db" });
        var freed = await database.CompactAsync();

        Assert.That(freed, Is.GreaterThan(1_000_000));
        Assert.That(await database.GetInfoAsync("cats/tim.png"), Is.Not.Null);
    }
}
