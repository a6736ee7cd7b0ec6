using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/recipes/without-a-container.md and the console program of the README, and that the code does what the pages say.</summary>
internal sealed class WithoutAContainerSnippets
{
    private TemporaryCurrentFolder _folder = null!;

    [SetUp]
    public async Task EnterFolderAsync()
    {
        _folder = new TemporaryCurrentFolder();
        await File.WriteAllBytesAsync("tom.jpg", SampleImages.Jpeg());
    }

    [TearDown]
    public void LeaveFolder() => _folder.Dispose();

    [Test]
    public async Task Store_without_a_container_saves_a_file()
    {
        await using var store = await ImageStore.OpenAsync(builder => builder.UseFileSystem("data/images"));
        await store.Images.SaveFileAsync("cats/tom.jpg", "tom.jpg");

        Assert.That(await store.Images.GetBytesAsync("cats/tom.jpg"), Is.EqualTo(SampleImages.Jpeg()));
    }

    [Test]
    public async Task Store_without_a_container_has_the_layers_of_its_builder()
    {
        await using var store = await ImageStore.OpenAsync(builder => builder
            .UseFileSystem("data/images")
            .WithCache()
            .WithTransactions());
        var transactions = store.GetRequiredService<IImageTransactions>();
        var failover = store.GetService<IStorageFailover>(); // null: this store has no fallback

        Assert.That(store.Images.ToString(), Does.Contain("Caching(Instrumentation(FileSystem))"));
        Assert.That((await transactions.ListAsync()).Items, Is.Empty);
        Assert.That(failover, Is.Null);
    }

    [Test]
    public async Task Console_program_of_the_readme_lists_what_it_saved()
    {
        var output = Console.Out;
        using var text = new StringWriter();
        Console.SetOut(text);
        try
        {
            await RunAsync();
        }
        finally
        {
            Console.SetOut(output);
        }

        Assert.That(text.ToString(), Does.Contain("cats/tom.jpg: image/jpeg, 16 × 16").And.Contain("Z cats/tom.jpg"));
    }

    [Test]
    public async Task Store_of_a_container_of_its_own_has_a_cache()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem("data/images").WithCache();
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();

        await images.SaveBytesAsync("users/42/avatar.jpg", SampleImages.Png());

        Assert.That(await images.GetBytesAsync("users/42/avatar.jpg"), Is.EqualTo(SampleImages.Png()));
        Assert.That(container.GetService<IImageCache>(), Is.Not.Null);
    }

    private static async Task RunAsync()
    {
        await using var store = await ImageStore.OpenAsync(builder => builder.UseFileSystem("data/images"));
        var saved = await store.Images.SaveFileAsync("cats/tom.jpg", "tom.jpg");
        Console.WriteLine($"{saved.Key}: {saved.ContentType}, {saved.Width} × {saved.Height}, {saved.Length} bytes");

        await foreach (var image in store.Images.EnumerateAsync(new ImageQuery { Prefix = "cats/" }))
        {
            Console.WriteLine($"{image.CreatedAt:u} {image.Key}");
        }
    }
}
