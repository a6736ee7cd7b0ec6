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

    [Test]
    public async Task Calls_of_documents_and_abilities_fail_too()
    {
        var failing = new HashSet<ProviderOperation>();
        await using var provider = new FaultInjectingProvider(new InMemoryImageProvider(), call => failing.Contains(call.Operation) ? new StorageUnavailableException($"{call.Name}") : null);
        var atomic = provider.GetAbility<IAtomicProvider>()!;
        await atomic.CommitAsync([]);
        failing.UnionWith([ProviderOperation.Commit, ProviderOperation.PutDocument]);

        Assert.That(() => atomic.CommitAsync([]), Throws.TypeOf<StorageUnavailableException>());
        Assert.That(() => provider.Documents.PutAsync("tests/a", new byte[] { 1 }), Throws.TypeOf<StorageUnavailableException>().With.Message.EqualTo("tests/a"));
    }

    private static ImageStorageManager Store(Func<ProviderCall, Exception?> fault) => new(new FaultInjectingProvider(new InMemoryImageProvider(), fault));
}
