using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Providers;

internal sealed class FaultInjectingProviderTests
{
    [Test]
    public async Task Fault_before_the_effect_leaves_the_store_as_it_was()
    {
        using var store = Store(call => call is { Operation: ProviderOperation.Put, HasTakenEffect: false } ? new StorageUnavailableException("down") : null);

        await Assert.ThatAsync(() => store.SaveBytesAsync("a.png", SampleImages.Png(2, 2, 1)), Throws.TypeOf<StorageUnavailableException>());

        Assert.That(await store.ExistsAsync("a.png"), Is.False);
    }

    [Test]
    public async Task Fault_after_the_effect_loses_only_the_answer()
    {
        using var store = Store(call => call is { Operation: ProviderOperation.Put, HasTakenEffect: true } ? new StorageUnavailableException("lost") : null);

        await Assert.ThatAsync(() => store.SaveBytesAsync("a.png", SampleImages.Png(2, 2, 1)), Throws.TypeOf<StorageUnavailableException>());

        Assert.That(await store.ExistsAsync("a.png"), Is.True);
    }

    private static ImageStorageManager Store(Func<ProviderCall, Exception?> fault) => new(new FaultInjectingProvider(new InMemoryImageProvider(), fault));
}
