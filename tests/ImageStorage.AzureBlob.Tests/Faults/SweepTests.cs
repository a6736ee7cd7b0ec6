using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ImageStorage.AzureBlob.Payloads;
using ImageStorage.AzureBlob.Records;
using ImageStorage.AzureBlob.Tests.Transport;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.AzureBlob.Tests.Faults;

/// <summary>P3: payloads that no image names are removed, and no others, after any interruption.</summary>
public class SweepTests
{
    private static readonly byte[] First = SampleImages.OfLength(700_000, 1);
    private static readonly byte[] Second = SampleImages.OfLength(800_000, 2);
    private AzureStore _store = null!;

    [SetUp]
    public async Task CreateAsync() => _store = await AzureStore.CreateAsync();

    [TearDown]
    public async Task RemoveAsync() => await _store.DisposeAsync();

    [Test]
    public async Task Payloads_of_overwritten_and_deleted_images_are_swept_and_others_stay()
    {
        await _store.Images.SaveBytesAsync("a.png", First);
        await _store.Images.SaveBytesAsync("a.png", Second);
        await _store.Images.SaveBytesAsync("b.png", First);
        await _store.Images.DeleteAsync("b.png");
        await _store.Images.SaveBytesAsync("c.png", First);
        Assert.That(await CountAsync("payloads/"), Is.EqualTo(4));

        await _store.Provider.Sweeper.SweepAsync(TimeSpan.Zero);

        Assert.That((await CountAsync("payloads/"), await CountAsync("sweep/")), Is.EqualTo((2, 0)));
        Assert.That((await _store.Images.GetBytesAsync("a.png")).AsSpan().SequenceEqual(Second), Is.True);
        Assert.That((await _store.Images.GetBytesAsync("c.png")).AsSpan().SequenceEqual(First), Is.True);
    }

    [TestCase("PUT images")]
    [TestCase("PUT created")]
    [TestCase("PUT blocklist payloads")]
    public async Task Payload_of_a_failed_save_is_swept(string request)
    {
        _store.Transport.Script = sent => sent == request ? Fate.LoseRequest : Fate.Pass;
        Assert.ThrowsAsync<StorageUnavailableException>(() => _store.Images.SaveBytesAsync("a.png", First));
        _store.Transport.Script = _ => Fate.Pass;

        await _store.Provider.Sweeper.SweepAsync(TimeSpan.Zero);

        Assert.That((await CountAsync("payloads/"), await CountAsync("sweep/"), await CountAsync("images/")), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task Payloads_of_an_image_whose_record_cannot_be_read_are_swept_once_the_image_is_deleted()
    {
        await _store.Images.SaveBytesAsync("a.png", First);
        await _store.Images.SaveBytesAsync("a.png", Second);
        await DamageImagesAsync();

        await _store.Provider.Sweeper.SweepAsync(TimeSpan.Zero);
        Assert.That(await CountAsync("payloads/"), Is.EqualTo(2));
        await _store.Images.DeleteAsync("a.png");
        await _store.Provider.Sweeper.SweepAsync(TimeSpan.Zero);

        Assert.That((await CountAsync("payloads/"), await CountAsync("sweep/")), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Payload_whose_version_is_restored_and_dropped_during_a_sweep_stays()
    {
        var info = await _store.Images.SaveBytesAsync("a.png", First);
        await _store.Provider.RetainAsync("tx-1", info.Key, info.ETag);
        await _store.Images.DeleteAsync("a.png");
        _store.Transport.Script = sent =>
        {
            if (sent == "GET list retained")
            {
                _store.Transport.Script = _ => Fate.Pass;
                Task.Run(() => RollBackAsync("tx-1", info.Key)).Wait();
            }

            return Fate.Pass;
        };

        await _store.Provider.Sweeper.SweepAsync(TimeSpan.Zero);

        Assert.That((await _store.Images.GetBytesAsync("a.png")).AsSpan().SequenceEqual(First), Is.True);
    }

    [Test]
    public async Task Retained_versions_are_listed_once_for_all_payloads()
    {
        for (var i = 0; i < 3; i++)
        {
            var info = await _store.Images.SaveBytesAsync($"{i}.png", First);
            await _store.Provider.RetainAsync($"tx-{i}", info.Key, info.ETag);
            await _store.Images.DeleteAsync(info.Key);
        }

        _store.Transport.Clear();
        await _store.Provider.Sweeper.SweepAsync(TimeSpan.Zero);

        Assert.That(_store.Transport.Sent.Count(sent => sent == "GET list retained"), Is.EqualTo(1));
        Assert.That(await CountAsync("payloads/"), Is.EqualTo(3));
    }

    [Test]
    public async Task Retained_payloads_at_the_front_never_stop_the_sweep()
    {
        var info = await _store.Images.SaveBytesAsync("a.png", First);
        await _store.Provider.RetainAsync("bin-1", info.Key, info.ETag);
        await _store.Images.DeleteAsync(info.Key);
        await AddCopiesOfEntryAsync(2 * PayloadSweeper.MaxChecksPerSweep);
        await SaveAndDeleteAsync("b.png");

        await _store.Provider.Sweeper.SweepAsync(TimeSpan.Zero);

        Assert.That(await CountAsync("payloads/"), Is.EqualTo(1));
        Assert.That(await _store.Provider.RestoreAsync("bin-1", info.Key, null), Is.True);
        Assert.That((await _store.Images.GetBytesAsync("a.png")).AsSpan().SequenceEqual(First), Is.True);
    }

    [Test]
    public async Task Images_at_the_front_that_cannot_be_read_never_stop_the_sweeps_of_short_processes()
    {
        await SaveAndDeleteAsync("a.png");
        await AddCopiesOfEntryAsync(2 * PayloadSweeper.MaxChecksPerSweep);
        await _store.Images.SaveBytesAsync("a.png", First);
        await DamageImagesAsync();
        await SaveAndDeleteAsync("b.png");
        Assert.That(await CountAsync("payloads/"), Is.EqualTo(3));

        for (var process = 0; process < 3; process++)
        {
            await using var provider = _store.Open();
            await provider.Sweeper.SweepAsync(TimeSpan.Zero);
        }

        Assert.That(await CountAsync("payloads/"), Is.EqualTo(2));
        await _store.Images.DeleteAsync("a.png");
        while (await _store.Provider.Sweeper.SweepAsync(TimeSpan.Zero))
        {
        }

        Assert.That((await CountAsync("payloads/"), await CountAsync("sweep/")), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Payload_that_the_service_does_not_delete_never_stops_the_sweep()
    {
        await SaveAndDeleteAsync("a.png");
        await foreach (var blob in _store.Raw.GetBlobsAsync(new GetBlobsOptions { Prefix = "payloads/" }))
        {
            await _store.Raw.GetBlobClient(blob.Name).GetBlobLeaseClient().AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration);
        }

        await SaveAndDeleteAsync("b.png");

        Assert.ThrowsAsync<Azure.RequestFailedException>(() => _store.Provider.Sweeper.SweepAsync(TimeSpan.Zero));
        await _store.Provider.Sweeper.SweepAsync(TimeSpan.Zero);

        Assert.That((await CountAsync("payloads/"), await CountAsync("sweep/")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Retained_version_whose_record_cannot_be_read_keeps_only_the_payloads_of_its_image()
    {
        var info = await _store.Images.SaveBytesAsync("a.png", First);
        await _store.Provider.RetainAsync("bin-1", info.Key, info.ETag);
        await _store.Images.DeleteAsync(info.Key);
        var retained = _store.Raw.GetBlobClient("retained/bin-1");
        var metadata = new Dictionary<string, string>((await retained.GetPropertiesAsync()).Value.Metadata, StringComparer.OrdinalIgnoreCase) { [RecordEnvelope.Name] = "damaged" };
        await retained.SetMetadataAsync(metadata);
        await SaveAndDeleteAsync("b.png");

        await _store.Provider.Sweeper.SweepAsync(TimeSpan.Zero);

        Assert.That((await CountAsync("payloads/"), await CountAsync("sweep/")), Is.EqualTo((1, 1)));
    }

    private async Task SaveAndDeleteAsync(ImageKey key)
    {
        await _store.Images.SaveBytesAsync(key, First);
        await _store.Images.DeleteAsync(key);
    }

    /// <summary>Adds older copies of the sweep entry of the store.</summary>
    private async Task AddCopiesOfEntryAsync(int count)
    {
        var entries = new List<BlobItem>();
        await foreach (var blob in _store.Raw.GetBlobsAsync(new GetBlobsOptions { Prefix = "sweep/", Traits = BlobTraits.Metadata }))
        {
            entries.Add(blob);
        }

        var upload = new BlobUploadOptions { Metadata = entries[0].Metadata };
        await Task.WhenAll(Enumerable.Range(1, count).Select(i => _store.Raw.GetBlobClient($"sweep/{i:x16}{entries[0].Name[^33..]}").UploadAsync(BinaryData.Empty, upload)));
    }

    private async Task DamageImagesAsync()
    {
        await foreach (var blob in _store.Raw.GetBlobsAsync(new GetBlobsOptions { Prefix = "images/" }))
        {
            await _store.Raw.GetBlobClient(blob.Name).SetMetadataAsync(new Dictionary<string, string> { ["record"] = "damaged" });
        }
    }

    private async Task RollBackAsync(string id, ImageKey key)
    {
        Assert.That(await _store.Provider.RestoreAsync(id, key, null), Is.True);
        Assert.That(await _store.Provider.DropAsync(id), Is.True);
    }

    [Test]
    public async Task Recently_replaced_payload_stays_for_its_readers()
    {
        await _store.Images.SaveBytesAsync("a.png", First);
        await using var open = await _store.Images.GetAsync("a.png");
        await _store.Images.DeleteAsync("a.png");
        _store.Clock.Advance(TimeSpan.FromDays(1));

        await _store.Images.SaveBytesAsync("b.png", Second);

        using var read = new MemoryStream();
        await open!.Content.CopyToAsync(read);
        Assert.That(read.ToArray().AsSpan().SequenceEqual(First), Is.True);
    }

    [Test]
    public async Task Missing_payload_is_a_damaged_image()
    {
        await _store.Images.SaveBytesAsync("a.png", First);
        await foreach (var blob in _store.Raw.GetBlobsAsync(new GetBlobsOptions { Prefix = "payloads/" }))
        {
            await _store.Raw.DeleteBlobAsync(blob.Name);
        }

        var failure = Assert.ThrowsAsync<ImageCorruptedException>(() => _store.Images.GetAsync("a.png"));
        var found = new List<VerificationItem>();
        await foreach (var item in _store.Provider.VerifyAsync())
        {
            found.Add(item);
        }

        Assert.That(failure!.Message, Does.Contain("payload is missing"));
        Assert.That(found.Select(item => (item.Name, item.Status)), Is.EqualTo(new[] { ("a.png", VerificationStatus.Missing) }));
    }

    private async Task<int> CountAsync(string prefix)
    {
        var count = 0;
        await foreach (var _ in _store.Raw.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }))
        {
            count++;
        }

        return count;
    }
}
