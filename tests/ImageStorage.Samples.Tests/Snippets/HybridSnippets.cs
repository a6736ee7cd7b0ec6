using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/hybrid.md, and that it does what the page says.</summary>
internal sealed class HybridSnippets
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
    public async Task Large_images_are_files_and_small_ones_are_in_the_database()
    {
        var services = new ServiceCollection();
        services.AddImageStorage()
            .UseHybrid(
                catalog => catalog.UseLiteDb("data/catalog.db"),
                content => content.UseFileSystem("data/content"));
        await using var container = services.BuildServiceProvider();

        await AssertDividesAtAsync(container, HybridStorageOptions.DefaultInlineLimit);
        Assert.That(HybridStorageOptions.DefaultInlineLimit, Is.EqualTo(32 << 10), "the table of defaults");
        Assert.That((new HybridStorageOptions().OrphanGrace, new HybridStorageOptions().SweepInterval), Is.EqualTo((TimeSpan.FromHours(24), TimeSpan.FromHours(24))), "the table of defaults");
    }

    [Test]
    public async Task Options_are_set_beside_the_parts()
    {
        var services = new ServiceCollection();
        services.AddImageStorage()
            .UseHybrid(hybrid =>
            {
                hybrid.Catalog.UseLiteDb("data/catalog.db");
                hybrid.Content.UseFileSystem("data/content");
                hybrid.Configure(options => options.InlineLimit = 64 << 10);
            });
        await using var container = services.BuildServiceProvider();

        await AssertDividesAtAsync(container, 64 << 10);
    }

    [Test]
    public async Task Configuration_describes_both_parts()
    {
        var configuration = GuideJson.Of("hybrid");
        var services = new ServiceCollection();
        services.AddImageStorage(configuration.GetSection("ImageStorage"))
            .AddHybridProvider()
            .AddLiteDbProvider()
            .AddFileSystemProvider();
        await using var container = services.BuildServiceProvider();

        await AssertDividesAtAsync(container, 65536);
    }

    [Test]
    public async Task Sweep_finds_no_orphan_in_a_sound_store()
    {
        var services = new ServiceCollection();
        services.AddImageStorage()
            .UseHybrid(
                catalog => catalog.UseLiteDb("data/catalog.db"),
                content => content.UseFileSystem("data/content"));
        await using var serviceProvider = services.BuildServiceProvider();
        await serviceProvider.GetRequiredService<IImageStorage>().SaveBytesAsync("large.png", SampleImages.OfLength(100_000, 1));

        var provider = serviceProvider.GetRequiredService<IImageProvider>();
        var swept = await provider.GetAbility<ISweepableProvider>()!.SweepAsync();
        Console.WriteLine($"{swept.Deleted} orphans deleted, {swept.FreedBytes} bytes freed");

        Assert.That((swept.Deleted, swept.FreedBytes), Is.EqualTo((0L, 0L)));
    }

    private static async Task AssertDividesAtAsync(ServiceProvider container, long limit)
    {
        var images = container.GetRequiredService<IImageStorage>();
        await images.SaveBytesAsync("small.png", SampleImages.OfLength((int)limit, 1));
        Assert.That(ContentFiles(), Is.Zero);

        await images.SaveBytesAsync("large.png", SampleImages.OfLength((int)limit + 1, 2));
        Assert.That(ContentFiles(), Is.EqualTo(1));
        Assert.That(await images.GetBytesAsync("large.png"), Is.EqualTo(SampleImages.OfLength((int)limit + 1, 2)));
    }

    private static int ContentFiles() => Directory.EnumerateFiles("data/content", "*", SearchOption.AllDirectories).Count(file => Path.GetRelativePath("data/content", file).StartsWith("images", StringComparison.Ordinal));
}
