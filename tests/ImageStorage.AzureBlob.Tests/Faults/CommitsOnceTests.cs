using ImageStorage.AzureBlob.Tests.Transport;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.AzureBlob.Tests.Faults;

/// <summary>Azure as the catalog of a hybrid store: the record of a large image is stored at most once.</summary>
public class CommitsOnceTests
{
    private const string Key = "a.png";

    private readonly byte[] _first = SampleImages.OfLength(5_000, 1);
    private readonly byte[] _second = SampleImages.OfLength(5_000, 2);

    [TestCase(false)]
    [TestCase(true)]
    public async Task Record_is_not_stored_again_after_a_lost_answer(bool deleted)
    {
        await using var store = await AzureStore.CreateAsync();
        var content = new SharedProvider(new InMemoryImageProvider(store.Clock));
        await using var other = new ImageStorageManager(Hybrid(store, content));
        await using var storage = new ImageStorageManager(Hybrid(store, content));
        await other.SaveBytesAsync("warm.png", SampleImages.OfLength(300, 9));
        await storage.SaveBytesAsync("warm2.png", SampleImages.OfLength(300, 9));
        var isOthers = false;
        var puts = 0;
        store.Transport.Clear();
        store.Transport.Script = request => isOthers || request != "PUT images" || ++puts > 1 ? Fate.Pass : Fate.LoseAnswer;

        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.SaveBytesAsync(Key, _first));

        Assert.That(puts, Is.EqualTo(1));
        isOthers = true;
        Assert.That(await other.GetBytesAsync(Key), Is.EqualTo(_first), "The first attempt had its effect.");
        if (deleted)
        {
            await other.DeleteAsync(Key);
        }
        else
        {
            await other.SaveBytesAsync(Key, _second);
        }

        isOthers = false;
        Assert.That(await storage.SaveBytesAsync(Key, _first), Is.Not.Null);
        Assert.That(await other.GetBytesAsync(Key), Is.EqualTo(_first));
    }

    [Test]
    public async Task Refused_attempt_is_followed_by_another_one()
    {
        await using var store = await AzureStore.CreateAsync();
        var content = new SharedProvider(new InMemoryImageProvider(store.Clock));
        await using var storage = new ImageStorageManager(Hybrid(store, content));

        await storage.SaveBytesAsync(Key, _first);
        await storage.SaveBytesAsync(Key, _second);

        Assert.That(await storage.GetBytesAsync(Key), Is.EqualTo(_second));
    }

    private static HybridImageProvider Hybrid(AzureStore store, IImageProvider content) =>
        new(store.Open(), content, new HybridStorageOptions { InlineLimit = 1_000, SweepInterval = null }, store.Clock);
}
