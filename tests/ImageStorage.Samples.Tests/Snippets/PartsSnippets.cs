using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/parts.md, and that it does what the page says.</summary>
[NonParallelizable]
internal sealed class PartsSnippets
{
    [Test]
    public async Task Each_part_is_verified()
    {
        using var folder = new TemporaryCurrentFolder();
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem("data/images").WithMirror(mirror => mirror.UseFileSystem("data/mirror"));
        await using var container = services.BuildServiceProvider();
        await container.GetRequiredService<IImageStorage>().SaveBytesAsync("a.png", SampleImages.Png());
        var parts = container.GetRequiredService<IStoreParts>();
        var cancellationToken = CancellationToken.None;

        var lines = await PrintAsync(async () =>
        {
            foreach (var part in parts.Parts)
            {
                if (part.Provider.GetAbility<IVerifiableProvider>() is { } provider)
                {
                    await foreach (var item in provider.VerifyAsync(cancellationToken: cancellationToken))
                    {
                        Console.WriteLine($"{part.Role} {part.Name}: {item.Name} is {item.Status}");
                    }
                }
            }
        });

        Assert.That(lines, Has.Some.EqualTo("Primary FileSystem: a.png is Sound").And.Some.EqualTo("Mirror FileSystem 2: a.png is Sound"));
    }

    [Test]
    public async Task Route_reads_all_images_and_fills_no_cache()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithCache();
        await using var container = services.BuildServiceProvider();
        await container.GetRequiredService<IImageStorage>().SaveBytesAsync("a.png", SampleImages.Png());
        var route = container.GetRequiredService<IStoreRoute>();
        var cancellationToken = CancellationToken.None;
        var (exported, failures) = (new List<ImageKey>(), new List<string>());
        Task ExportAsync(ImageKey key, Stream content)
        {
            exported.Add(key);
            return content.CopyToAsync(Stream.Null, cancellationToken);
        }

        await foreach (var image in route.Decoded.WalkAsync(cancellationToken: cancellationToken))
        {
            if (image.Unlisted is { } unlisted)
            {
                failures.Add($"{unlisted.Name}: {unlisted.Detail}");
            }
            else if (image.Key is { } key && await route.Decoded.OpenReadAsync(key, cancellationToken: cancellationToken) is { } stored)
            {
                await using (stored)
                {
                    await ExportAsync(key, stored.Content);
                }
            }
        }

        Assert.That(failures, Is.Empty);
        Assert.That(exported.Select(key => key.Value), Is.EqualTo(new[] { "a.png" }));
        Assert.That(container.GetRequiredService<IImageCache>().GetStatistics().Memory, Is.EqualTo(container.GetRequiredService<IImageCache>().GetStatistics().Memory with { Hits = 0, Misses = 0, Entries = 0 }));
    }

    [Test]
    public async Task All_stores_are_listed()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        services.AddImageStorage("avatars").UseInMemory();
        await using var container = services.BuildServiceProvider();
        var stores = container.GetRequiredService<IImageStores>();

        var lines = await PrintAsync(async () =>
        {
            foreach (var name in stores.Names)
            {
                var usage = await stores.Get(name).GetUsageAsync();
                Console.WriteLine($"'{name}': {usage.Count} images");
            }
        });

        Assert.That(lines, Is.EqualTo(new[] { "'': 0 images", "'avatars': 0 images" }));
    }

    private static async Task<string[]> PrintAsync(Func<Task> run)
    {
        var (printed, original) = (new StringWriter(), Console.Out);
        Console.SetOut(printed);
        try
        {
            await run();
        }
        finally
        {
            Console.SetOut(original);
        }

        return printed.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
