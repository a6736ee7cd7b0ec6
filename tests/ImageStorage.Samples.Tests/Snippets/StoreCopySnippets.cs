using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of the recipes "move to another provider" and "back up", and that the code does what the pages say.</summary>
internal sealed class StoreCopySnippets
{
    [Test]
    public async Task Copy_has_the_same_images_and_a_second_copy_does_nothing()
    {
        await using var container = InMemory();
        var (images, backup) = (container.GetRequiredKeyedService<IImageStorage>("old"), container.GetRequiredKeyedService<IImageStorage>("new"));
        var cancellationToken = CancellationToken.None;
        var saved = await images.SaveBytesAsync("a", SampleImages.Png(), new SaveOptions { Tags = ["cat"], FileName = "a.png", Metadata = new Dictionary<string, string> { ["by"] = "me" }, CreatedAt = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) });
        await images.SaveBytesAsync("b", SampleImages.Jpeg());

        var copied = await StoreCopy.CopyAsync(images, backup, cancellationToken);

        var copy = (await backup.GetInfoAsync("a"))!;
        Assert.That(copied, Is.EqualTo(2));
        Assert.That(await StoreCopy.CopyAsync(images, backup), Is.Zero);
        Assert.That(copy with { ETag = saved.ETag, ModifiedAt = saved.ModifiedAt }, Is.EqualTo(saved));
    }

    [Test]
    public async Task Changes_and_deletes_are_brought_over()
    {
        await using var container = InMemory();
        var (from, to) = (container.GetRequiredKeyedService<IImageStorage>("old"), container.GetRequiredKeyedService<IImageStorage>("new"));
        await from.SaveBytesAsync("a", SampleImages.Png());
        await from.SaveBytesAsync("b", SampleImages.Png());
        await StoreCopy.CopyAsync(from, to);

        await from.UpdateAsync("a", new ImageUpdate { Tags = ["new"] });
        await from.DeleteAsync("b");
        Assert.That(() => StoreCopy.EnsureCompleteAsync(from, to), Throws.InvalidOperationException.With.Message.Contains("1 images and the new store 2"));

        Assert.That(await StoreCopy.CopyAsync(from, to), Is.EqualTo(1));
        Assert.That(await StoreCopy.DeleteMissingAsync(from, to), Is.EqualTo(1));
        await StoreCopy.EnsureCompleteAsync(from, to);
        Assert.That((await to.ListAsync(new ImageQuery())).Items.Select(info => (info.Key.Value, info.Tags[0])), Is.EqualTo([("a", "new")]));
    }

    // A listing cannot show an image with a damaged record: the copy fails and names the image, and copies all others.
    [Test]
    public async Task Copy_of_a_store_with_a_damaged_record_fails_and_names_the_image()
    {
        var folder = Directory.CreateTempSubdirectory("imagestorage-copy-").FullName;
        var services = new ServiceCollection();
        services.AddImageStorage("old").UseFileSystem(folder);
        services.AddImageStorage("new").UseInMemory();
        await using var container = services.BuildServiceProvider();
        var (from, to) = (container.GetRequiredKeyedService<IImageStorage>("old"), container.GetRequiredKeyedService<IImageStorage>("new"));
        await from.SaveBytesAsync("cats/a.png", SampleImages.Png());
        await from.SaveBytesAsync("cats/b.png", SampleImages.Png());
        var file = Path.Combine(folder, "images", "cats", "a.png");
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..^20]);

        Assert.That(() => StoreCopy.CopyAsync(from, to), Throws.InvalidOperationException.With.Message.Contains("1 images were copied, and 1 images of the old store cannot be read: cats/a.png"));

        Assert.That(await to.ExistsAsync("cats/b.png"), Is.True);
        Assert.That(() => StoreCopy.EnsureCompleteAsync(from, to), Throws.InvalidOperationException.With.Message.Contains("1 and 0 images cannot be read"));
        Assert.That(() => StoreCopy.DeleteMissingAsync(from, to), Throws.Nothing);
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Stores_of_the_pages_are_registered_by_their_names()
    {
        var services = new ServiceCollection();

        services.AddImageStorage("old").UseFileSystem("data/images");
        services.AddImageStorage("new").UseAzureBlob(new Uri("https://myaccount.blob.core.windows.net"), "images");

        services.AddImageStorage("images").UseLiteDb("data/images.db");
        services.AddImageStorage("backup").UseFileSystem("/mnt/backup/images");

        await using var container = services.BuildServiceProvider();
        Assert.That(
            new[] { "old", "new", "images", "backup" }.Select(name => $"{container.GetRequiredKeyedService<IImageStorage>(name)}"),
            Is.EqualTo(["ImageStorage(Events(Gate(Instrumentation(FileSystem))))", "ImageStorage(Events(Gate(Instrumentation(AzureBlob))))", "ImageStorage(Events(Gate(Instrumentation(LiteDb))))", "ImageStorage(Events(Gate(Instrumentation(FileSystem))))"]));
    }

    private static ServiceProvider InMemory()
    {
        var services = new ServiceCollection();
        services.AddImageStorage("old").UseInMemory();
        services.AddImageStorage("new").UseInMemory();
        return services.BuildServiceProvider();
    }
}
