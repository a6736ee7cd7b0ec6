using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/verification.md, and that it does what the page says.</summary>
[NonParallelizable]
internal sealed class VerificationSnippets
{
    [Test]
    public async Task Findings_are_printed()
    {
        using var folder = new TemporaryCurrentFolder();
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem("data/images");
        await using var container = services.BuildServiceProvider();
        await container.GetRequiredService<IImageStorage>().SaveBytesAsync("a.png", SampleImages.Png());
        await File.WriteAllTextAsync("data/images/images/notes.txt", "a note");
        var route = container.GetRequiredService<IStoreRoute>();
        var cancellationToken = CancellationToken.None;
        var (printed, original) = (new StringWriter(), Console.Out);
        Console.SetOut(printed);
        try
        {
            await foreach (var item in route.Stored.VerifyAsync(cancellationToken: cancellationToken))
            {
                if (item.Status != VerificationStatus.Sound)
                {
                    Console.WriteLine($"{item.Kind} {item.Name} is {item.Status}: {item.Detail}");
                }
            }
        }
        finally
        {
            Console.SetOut(original);
        }

        Assert.That(printed.ToString(), Does.StartWith("Image notes.txt is Stray: ").And.Contain("import the file"));
    }

    [Test]
    public async Task Verification_continues_after_a_key()
    {
        await using var provider = new InMemoryImageProvider();
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("a.png", SampleImages.Png());
        await storage.SaveBytesAsync("b.png", SampleImages.Png());
        ImageKey lastVerified = "a.png";

        var options = new VerificationOptions { After = lastVerified };

        Assert.That(await provider.VerifyAsync(options).Select(item => item.Name).ToListAsync(), Is.EqualTo(new[] { "b.png" }));
    }
}
