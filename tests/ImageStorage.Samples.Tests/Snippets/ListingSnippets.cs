using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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

        await AddAllAsync(images, names);
        Assert.That((page.Items.Count, next.Items.Count, next.ContinuationToken), Is.EqualTo((20, 1, (string?)null)));
        Assert.That(page.Items.Concat(next.Items).Select(item => item.Key.Value), Is.Unique.And.All.StartsWith("cats/").And.No.Member("cats/draft"));
        Assert.That(names, Has.Count.EqualTo(22 + 23));
        Assert.That(names.Take(22), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }

    [Test]
    public async Task Every_image_is_visited()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();
        await images.SaveBytesAsync("cats/tom", SampleImages.Png());
        await images.SaveBytesAsync("dogs/rex", SampleImages.Png());
        var walk = container.GetRequiredService<IImageWalk>();
        var (names, failures) = (new List<string>(), new List<string>());

        await foreach (var image in walk.WalkAsync(new WalkOptions { Prefix = "cats/" }))
        {
            if (image.Info is { } info)
            {
                names.Add(info.Key.Value);
            }
            else
            {
                failures.Add($"{image.Unlisted?.Name}: {image.Unlisted?.Detail}");
            }
        }

        Assert.That(names, Is.EqualTo(new[] { "cats/tom" }));
        Assert.That(failures, Is.Empty);
    }

    private static async Task AddAllAsync(IImageStorage images, List<string> names)
    {
        var failures = new List<string>();

        var unlisted = new List<UnlistedImage>();
        await foreach (var info in images.EnumerateAsync(new ImageQuery { Order = ImageOrder.KeyAscending }, unlisted.Add))
        {
            names.Add(info.Key.Value);
        }

        foreach (var image in unlisted)
        {
            failures.Add($"{image.Name}: {image.Detail}");
        }

        Assert.That(failures, Is.Empty);
    }

    [TestCase("", 50)]
    [TestCase("?limit=5000", 60)]
    [TestCase("?limit=0", 1)]
    public async Task Limit_of_a_url_is_clamped(string query, int expected)
    {
        var builder = LoopbackApp.CreateBuilder();
        builder.Services.AddImageStorage().UseInMemory();
        await using var app = builder.Build();

        app.MapGet("/images", async (int? limit, string? token, IImageStorage images) =>
        {
            var page = await images.ListAsync(new ImageQuery
            {
                Limit = Math.Clamp(limit ?? 50, 1, ImageQuery.MaxLimit),
                ContinuationToken = token,
            });
            return Results.Ok(new { page.Items, page.ContinuationToken });
        });

        using var client = await LoopbackApp.StartAsync(app);
        for (var i = 0; i < 60; i++)
        {
            await app.Services.GetRequiredService<IImageStorage>().SaveBytesAsync($"{i}", SampleImages.Png());
        }

        var page = await client.GetFromJsonAsync<JsonElement>($"/images{query}");
        Assert.That(page.GetProperty("items").GetArrayLength(), Is.EqualTo(expected));
        if (page.GetProperty("continuationToken").GetString() is { } token)
        {
            using var next = await client.GetAsync($"/images?token={Uri.EscapeDataString(token)}");
            Assert.That(next.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [TestCase(0)]
    [TestCase(5000)]
    public async Task Limit_out_of_range_is_a_mistake_of_the_caller(int limit)
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        await using var container = services.BuildServiceProvider();
        var images = container.GetRequiredService<IImageStorage>();

        Assert.That(() => images.ListAsync(new ImageQuery { Limit = limit }), Throws.InstanceOf<ArgumentOutOfRangeException>());
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
