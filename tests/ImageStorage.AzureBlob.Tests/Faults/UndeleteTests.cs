using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ImageStorage.AzureBlob.Tests.Transport;
using ImageStorage.Testing;

namespace ImageStorage.AzureBlob.Tests.Faults;

/// <summary>An account with soft delete or versioning can restore deleted blobs without the library.</summary>
public class UndeleteTests
{
    private static readonly byte[] Small = SampleImages.OfLength(5_000, 1);
    private static readonly byte[] Large = SampleImages.OfLength(900_000, 2);
    private AzureStore _store = null!;

    [SetUp]
    public async Task CreateAsync() => _store = await AzureStore.CreateAsync();

    [TearDown]
    public async Task RemoveAsync() => await _store.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task Undeleted_image_is_complete_and_an_update_adds_it_to_listings_by_time(bool isLarge)
    {
        var bytes = isLarge ? Large : Small;
        await _store.Images.SaveBytesAsync("a.png", bytes);
        await DeleteAndUndeleteAsync("a.png");

        Assert.That(await _store.Images.GetBytesAsync("a.png"), Is.EqualTo(bytes));
        Assert.That((await _store.Images.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items, Has.Count.EqualTo(1));
        Assert.That((await _store.Images.ListAsync(new ImageQuery())).Items, Is.Empty);
        Assert.That(await VerifyAsync(), Is.EqualTo(new[] { VerificationStatus.NotIndexed }));

        await _store.Images.UpdateAsync("a.png", new ImageUpdate { Tags = ["undeleted"] });

        Assert.That((await _store.Images.ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(1));
        Assert.That(await VerifyAsync(), Is.EqualTo(new[] { VerificationStatus.Sound }));
    }

    [Test]
    public async Task Delete_includes_snapshots()
    {
        await _store.Images.SaveBytesAsync("a.png", Small);
        await _store.Raw.GetBlockBlobClient("images/a.png").CreateSnapshotAsync();

        Assert.That(await _store.Images.DeleteAsync("a.png"), Is.True);

        var left = new List<string>();
        await foreach (var blob in _store.Raw.GetBlobsAsync(new GetBlobsOptions { States = BlobStates.All }))
        {
            left.Add(blob.Name);
        }

        Assert.That(left, Is.Empty);
    }

    // Azurite has no soft delete. An undeleted blob is the same blob again; its index entry stays deleted.
    private async Task DeleteAndUndeleteAsync(ImageKey key)
    {
        var blob = _store.Raw.GetBlockBlobClient($"images/{key}");
        var stored = (await blob.DownloadContentAsync()).Value;
        Assert.That(await _store.Images.DeleteAsync(key), Is.True);
        await blob.UploadAsync(stored.Content.ToStream(), new BlobUploadOptions { Metadata = stored.Details.Metadata, HttpHeaders = new BlobHttpHeaders { ContentType = stored.Details.ContentType } });
    }

    private async Task<List<VerificationStatus>> VerifyAsync()
    {
        var items = new List<VerificationStatus>();
        await foreach (var item in _store.Provider.VerifyAsync())
        {
            items.Add(item.Status);
        }

        return items;
    }
}
