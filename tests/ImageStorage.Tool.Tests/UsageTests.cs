using System.Text.Json;
using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

internal sealed class UsageTests : ToolFixture
{
    [Test]
    public async Task Usage_counts_images_and_bytes()
    {
        await RunAsync(["put", "--store", Store, "a", "-"], SampleImages.OfLength(1000));
        await RunAsync(["put", "--store", Store, "b", "-"], SampleImages.OfLength(500));

        var text = (await RunAsync("usage", "--store", Store)).Succeeded().Out;
        var json = (await RunAsync("usage", "--store", Store, "--json")).Succeeded().Json;

        Assert.That(text, Does.StartWith("2 images, 1.50 kB"));
        Assert.That(json.GetProperty("count").GetInt64(), Is.EqualTo(2));
        Assert.That(json.GetProperty("bytes").GetInt64(), Is.EqualTo(1500));
        Assert.That(json.GetProperty("availableBytes").ValueKind, Is.AnyOf(JsonValueKind.Number, JsonValueKind.Null));
    }
}
