using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/listing.md, and that the code does what the page says.</summary>
internal sealed class ListingSnippets
{
    [Test]
    public async Task Images_are_listed_page_by_page_and_all_together()
    {
        using var folder = new TemporaryCurrentFolder();
        var services = new ServiceCollection();
        services.AddImageStorage().UseFileSystem("data/images");
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
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
    public async Task Token_of_another_order_is_refused()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        await images.SaveBytesAsync("a", SampleImages.Png());
        await images.SaveBytesAsync("b", SampleImages.Png());

        var page = await images.ListAsync(new ImageQuery { Limit = 1 });

        Assert.That(
            () => images.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending, ContinuationToken = page.ContinuationToken }),
            Throws.InstanceOf<ImageValidationException>().With.Property("Kind").EqualTo(ImageValidationKind.InvalidQuery));
    }
}
