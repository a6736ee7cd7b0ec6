using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tests.Parts;

internal sealed class ImageStoresTests
{
    [Test]
    public async Task All_stores_of_the_container_are_listed_and_found_by_name()
    {
        var services = new ServiceCollection();
        services.AddImageStorage("covers").UseInMemory();
        services.AddImageStorage().UseInMemory();
        services.AddImageStorage("avatars").UseInMemory();
        services.AddImageStorage("covers").WithCache();
        await using var container = services.BuildServiceProvider();
        var stores = container.GetRequiredService<IImageStores>();

        Assert.That(stores.Names, Is.EqualTo(new[] { string.Empty, "avatars", "covers" }));
        Assert.That(stores.Get(string.Empty), Is.SameAs(container.GetRequiredService<IImageStorage>()));
        foreach (var name in stores.Names)
        {
            Assert.That(stores.Get(name), Is.SameAs(container.GetRequiredKeyedService<IImageStorage>(name)));
        }
    }

    [Test]
    public async Task Named_store_alone_is_listed_alone()
    {
        var services = new ServiceCollection();
        services.AddImageStorage("avatars").UseInMemory();
        await using var container = services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStores>().Names, Is.EqualTo(new[] { "avatars" }));
    }

    [Test]
    public async Task Unknown_name_is_refused_with_the_known_names([Values("", "Avatars")] string name)
    {
        var services = new ServiceCollection();
        services.AddImageStorage("avatars").UseInMemory();
        await using var container = services.BuildServiceProvider();
        var stores = container.GetRequiredService<IImageStores>();

        Assert.That(() => stores.Get(name), Throws.ArgumentException.With.Message.Contains($"'{name}'").And.Message.Contains("'avatars'"));
        Assert.That(() => stores.Get(null!), Throws.ArgumentNullException);
    }

    // Names and routes are known before a store is created.
    [Test]
    public async Task Listing_creates_no_store()
    {
        var created = 0;
        var services = new ServiceCollection();
        services.AddImageStorage("avatars").UseProvider("Counted", _ =>
        {
            created++;
            return new InMemoryImageProvider();
        });
        await using var container = services.BuildServiceProvider();

        _ = container.GetRequiredService<IImageStores>().Names;

        Assert.That(created, Is.Zero);
    }
}
