using ImageStorage.Hybrid.Tests.Conformance;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests;

/// <summary>
/// A record of a newer build, in a format that this build does not know: never taken for damage, never replaced or
/// deleted, and no obstacle for the other images.
/// </summary>
[Parallelizable(ParallelScope.All)]
internal sealed class NewerRecordTests
{
    // Field 1, the format, with the number 2.
    private static readonly byte[] HigherFormat = [0x08, 0x02];

    private static readonly Dictionary<string, Func<ProviderHarness>> Stores = new()
    {
        ["folder"] = () => new FolderPart(),
        ["database"] = () => new DatabasePart(Durability.Relaxed),
        ["cloud"] = () => new CloudPart(),
        ["database and folder"] = () => new DatabaseFolderHarness(),
    };

    private static IEnumerable<string> Names => Stores.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task Image_of_a_newer_build_is_refused_by_name_and_stays(string store)
    {
        await using var harness = Stores[store]();
        await using var provider = await harness.OpenAsync(new ManualClock());
        await provider.PutAsync(Request("other.png"));
        await PlantAsync(provider, Request("newer.png") with { UnknownFields = [.. HigherFormat] });

        await AssertRefusedAsync(() => provider.GetInfoAsync("newer.png"));
        await AssertRefusedAsync(() => provider.OpenReadAsync("newer.png"));
        await AssertRefusedAsync(() => provider.UpdateAsync("newer.png", new RecordUpdate { Tags = ["x"] }));
        await AssertRefusedAsync(() => provider.PutAsync(Request("newer.png")));
        await AssertRefusedAsync(() => provider.DeleteAsync("newer.png"));
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            var page = await provider.ListAsync(new ImageQuery { Order = order });
            Assert.That(page.Items.Select(info => info.Key.Value), Is.EqualTo(new[] { "other.png" }));
            Assert.That(page.Unlisted.Select(image => (image.Name, image.Status)), Is.EqualTo(new[] { ("newer.png", VerificationStatus.Newer) }));
        }

        var found = await provider.GetAbility<IVerifiableProvider>()!.VerifyAsync().Where(item => item.Status != VerificationStatus.Sound).ToListAsync();
        Assert.That(found.Select(item => (item.Name, item.Status)), Is.EqualTo(new[] { ("newer.png", VerificationStatus.Newer) }));
        var usage = await provider.GetUsageAsync();
        Assert.That((usage.Count, usage.Unlisted), Is.EqualTo((1L, 1)));
    }

    private static PutRequest Request(ImageKey key)
    {
        var image = SampleImages.OfLength(1000, 1);
        return new PutRequest { Key = key, Content = new PieceContent(image, 400), ContentType = "image/png", Width = 16, Height = 16 };
    }

    // A provider that reads its commit back meets the format there, after the commit.
    private static async Task PlantAsync(IImageProvider provider, PutRequest request)
    {
        try
        {
            await provider.PutAsync(request);
        }
        catch (StorageNotSupportedException)
        {
        }
    }

    private static async Task AssertRefusedAsync(Func<Task> call)
    {
        StorageNotSupportedException? failure = null;
        try
        {
            await call();
        }
        catch (StorageNotSupportedException exception)
        {
            failure = exception;
        }

        Assert.That(failure, Is.Not.Null, "nothing was refused");
        Assert.That(failure!.Key, Is.EqualTo((ImageKey?)"newer.png"));
        Assert.That(failure.Message, Does.Contain("newer.png").And.Contain("newer version of the library").And.Contain("Update the library"));
    }
}
