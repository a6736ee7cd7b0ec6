using ImageStorage.Caching;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Caching;

/// <summary>No read that begins after an acknowledged write of this process gets an older version.</summary>
internal sealed class CoherenceTests
{
    private static readonly ImageKey Key = "k.png";

    [Test]
    public async Task Save_update_and_delete_are_seen_at_once()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        await store.ReadAsync(Key);

        await store.SaveAsync(Key, 2);
        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));

        await store.Storage.UpdateAsync(Key, new ImageUpdate { FileName = "new.png" });
        Assert.That((await store.Storage.GetInfoAsync(Key))!.FileName, Is.EqualTo("new.png"));

        await store.ReadAsync(Key);
        await store.Storage.DeleteAsync(Key);
        Assert.That(await store.ReadAsync(Key), Is.Null);
        Assert.That(await store.Storage.GetInfoAsync(Key), Is.Null);
    }

    // The effect of a failed write is unknown. A lost response represents all such failures.
    [Test]
    public async Task Write_that_fails_after_its_effect_is_seen_too()
    {
        var inner = new WatchedProvider(TimeProvider.System);
        ProviderCall? lost = null;
        using var cache = new CachingProvider(
            new FaultInjectingProvider(inner, call => lost is { } wanted && call.Operation == wanted.Operation && call.HasTakenEffect ? new StorageUnavailableException("The answer is lost.") : null),
            new CacheOptions(),
            TimeProvider.System);
        var storage = new ImageStorage.ImageStorageManager(cache);
        await storage.SaveBytesAsync(Key, CachedStore.Image(1));
        await storage.GetBytesAsync(Key);

        lost = new ProviderCall(ProviderOperation.Put, Key, true);
        Assert.That(() => storage.SaveBytesAsync(Key, CachedStore.Image(2)), Throws.InstanceOf<StorageUnavailableException>());
        Assert.That(await storage.GetBytesAsync(Key), Is.EqualTo(CachedStore.Image(2)));

        lost = new ProviderCall(ProviderOperation.Delete, Key, true);
        Assert.That(() => storage.DeleteAsync(Key), Throws.InstanceOf<StorageUnavailableException>());
        Assert.That(await storage.GetBytesAsync(Key), Is.Null);
    }

    [Test]
    public async Task Fill_that_began_before_a_write_is_neither_cached_nor_joined_after_the_write()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        var hasOldVersion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Provider.BehindRead = _ =>
        {
            hasOldVersion.TrySetResult();
            return gate.Task;
        };
        var early = store.ReadAsync(Key);
        await hasOldVersion.Task;
        store.Provider.BehindRead = _ => Task.CompletedTask;

        await store.SaveAsync(Key, 2);

        // The old fill is still active: a read that begins now must not wait for it.
        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
        gate.SetResult();
        Assert.That(await early, Is.EqualTo(CachedStore.Image(1)), "it began before the write was acknowledged");
        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
        Assert.That(store.Memory.Entries, Is.EqualTo(1));
    }

    [Test]
    public async Task Clear_during_a_fill_keeps_nothing_of_the_fill()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Provider.BehindRead = _ => gate.Task;
        var read = store.ReadAsync(Key);

        await store.Cache.ClearAsync();
        gate.SetResult();

        Assert.That(await read, Is.EqualTo(CachedStore.Image(1)));
        Assert.That((store.Memory.Entries, store.Memory.Bytes), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public async Task Version_of_another_process_is_seen_after_the_interval()
    {
        await using var store = new CachedStore(isShared: true);
        await store.SaveAsync(Key, 1);
        await store.ReadAsync(Key);
        await store.SaveElsewhereAsync(Key, 2);

        store.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)), "allowed, not promised");

        store.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
        Assert.That((store.Provider.Infos, store.Provider.Reads), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Unchanged_version_is_revalidated_once_per_interval_and_not_read_again()
    {
        await using var store = new CachedStore(isShared: true);
        await store.SaveAsync(Key, 1);
        await store.ReadAsync(Key);
        for (var interval = 0; interval < 3; interval++)
        {
            store.Clock.Advance(TimeSpan.FromSeconds(30));
            Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
            Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        }

        Assert.That((store.Provider.Infos, store.Provider.Reads), Is.EqualTo((3, 1)));
        Assert.That(store.Cache.GetStatistics().Revalidations, Is.EqualTo(3));
    }

    [Test]
    public async Task Image_that_another_process_deleted_is_gone_after_the_interval()
    {
        await using var store = new CachedStore(isShared: true);
        await store.SaveAsync(Key, 1);
        await store.ReadAsync(Key);
        await store.Provider.DeleteAsync(Key);
        store.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.That(await store.ReadAsync(Key), Is.Null);
        Assert.That(store.Memory.Bytes, Is.Zero);
    }

    [Test]
    public async Task Provider_of_a_single_process_is_not_asked_again()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        await store.ReadAsync(Key);
        store.Clock.Advance(TimeSpan.FromHours(23));

        await store.ReadAsync(Key);

        Assert.That((store.Provider.Infos, store.Provider.Reads), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Expired_image_is_dropped_in_the_background_and_read_again()
    {
        await using var store = new CachedStore(options => options.Expiration = TimeSpan.FromHours(1));
        await store.SaveAsync(Key, 1);
        await store.ReadAsync(Key);

        store.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1));

        Assert.That((store.Memory.Entries, store.Memory.Bytes, store.Memory.Expirations), Is.EqualTo((0L, 0L, 1L)));
        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(store.Provider.Reads, Is.EqualTo(2));
    }
}
