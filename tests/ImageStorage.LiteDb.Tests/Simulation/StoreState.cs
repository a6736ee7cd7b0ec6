using System.Globalization;
using System.IO.Hashing;

namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>The state of a store as one text for comparisons. Fails when two views of the store disagree.</summary>
internal static class StoreState
{
    public static async Task<string> OfAsync(LiteDbImageProvider provider, TimeProvider clock)
    {
        // Not disposed, because the test owns the provider.
        var storage = new ImageStorageManager(provider, new ImageStorageOptions(), clock);
        var byKey = await ListAsync(provider, ImageOrder.KeyAscending);
        var newest = await ListAsync(provider, ImageOrder.CreatedDescending);
        Assert.That(newest.OrderBy(info => info.Key).ToList(), Is.EqualTo(byKey), "Two orders show different images.");
        Assert.That(await ListAsync(provider, ImageOrder.CreatedAscending), Is.EqualTo(newest.AsEnumerable().Reverse()), "Two orders show different images.");
        var usage = await provider.GetUsageAsync();
        Assert.That((usage.Count, usage.Bytes), Is.EqualTo((byKey.Count, byKey.Sum(info => info.Length))), "The usage is that of other images.");
        var lines = new List<string>();
        foreach (var info in byKey)
        {
            await using var image = await storage.GetAsync(info.Key);
            Assert.That(image?.Info, Is.EqualTo(info), "An image is listed with another record than it is read with.");
            using var bytes = new MemoryStream();
            await image!.Content.CopyToAsync(bytes);
            Assert.That(XxHash128.HashToUInt128(bytes.ToArray()), Is.EqualTo(info.XxHash128), "An image is torn.");
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{info.Key} {info.Length} {info.ETag} {string.Join(',', info.Tags)}"));
        }

        foreach (var name in await provider.Documents.ListAsync("c/"))
        {
            lines.Add($"{name} {(await provider.Documents.GetAsync(name))?.ETag.Value}");
        }

        foreach (var id in await provider.ListRetainedAsync())
        {
            await using var retained = await provider.OpenRetainedAsync(id);
            using var bytes = new MemoryStream();
            await retained!.Content.CopyToAsync(bytes);
            Assert.That(XxHash128.HashToUInt128(bytes.ToArray()), Is.EqualTo(retained.Info.XxHash128), "A retained version is torn.");
            lines.Add($"{id} {retained.Info.Key} {retained.Info.ETag}");
        }

        return string.Join('\n', lines);
    }

    public static async Task AssertSoundAsync(LiteDbImageProvider provider)
    {
        await foreach (var item in provider.VerifyAsync())
        {
            Assert.That(item.Status, Is.EqualTo(VerificationStatus.Sound), $"{item}");
        }
    }

    private static async Task<List<ImageInfo>> ListAsync(LiteDbImageProvider provider, ImageOrder order)
    {
        var all = new List<ImageInfo>();
        string? token = null;
        do
        {
            var page = await provider.ListAsync(new ImageQuery { Order = order, Limit = 3, ContinuationToken = token });
            all.AddRange(page.Items);
            token = page.ContinuationToken;
        }
        while (token is not null);
        return all;
    }
}
