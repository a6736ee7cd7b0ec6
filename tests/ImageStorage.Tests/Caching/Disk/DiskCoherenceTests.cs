using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Caching.Disk;

/// <summary>
/// No read that begins after an acknowledged write of this process gets an older version, whatever files this process
/// or others have published on disk.
/// </summary>
internal sealed class DiskCoherenceTests
{
    private static readonly ImageKey Key = "k.png";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    [TestCase(false)]
    [TestCase(true)]
    public async Task Save_update_and_delete_are_seen_at_once(bool isInMemory)
    {
        await using var store = new DiskStore(isInMemory: isInMemory);
        var process = store.Open();
        await process.SaveAsync(Key, 1);
        await process.ReadAsync(Key);

        await process.SaveAsync(Key, 2);
        Assert.That(store.Folder.Entries, Is.Empty, "the old bytes are gone at once");
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));

        await process.Storage.UpdateAsync(Key, new ImageUpdate { FileName = "new.png" });
        Assert.That((await process.Storage.GetInfoAsync(Key))!.FileName, Is.EqualTo("new.png"));

        await process.ReadAsync(Key);
        await process.Storage.DeleteAsync(Key);
        Assert.That(await process.ReadAsync(Key), Is.Null);
        Assert.That(await process.Storage.GetInfoAsync(Key), Is.Null);
    }

    // P1: a lost response represents all failures with unknown effect.
    [Test]
    public async Task Write_that_fails_after_its_effect_is_seen_too()
    {
        await using var store = new DiskStore();
        ProviderCall? lost = null;
        store.Over = new FaultInjectingProvider(store.Provider, call => lost is { } wanted && call.Operation == wanted.Operation && call.HasTakenEffect ? new StorageUnavailableException("The answer is lost.") : null);
        var process = store.Open();
        await process.SaveAsync(Key, 1);
        await process.ReadAsync(Key);

        lost = new ProviderCall(ProviderOperation.Put, Key, true);
        Assert.That(() => process.SaveAsync(Key, 2), Throws.InstanceOf<StorageUnavailableException>());
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
    }

    [Test]
    public async Task Write_between_the_read_of_a_fill_and_its_publication_leaves_nothing_of_the_fill()
    {
        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync(Key, 1);
        var (reached, gate) = Gate(store);
        var early = process.ReadAsync(Key);
        await reached;
        store.Provider.BehindRead = _ => Task.CompletedTask;

        await process.SaveAsync(Key, 2);
        gate.SetResult();

        Assert.That(await early, Is.EqualTo(CachedStore.Image(1)), "it began before the write was acknowledged");
        Assert.That(store.Folder.Entries, Is.Empty);
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
    }

    [Test]
    public async Task Late_publication_over_a_newer_entry_is_not_trusted()
    {
        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync(Key, 1);
        var (reached, gate) = Gate(store);
        var early = process.ReadAsync(Key);
        await reached;
        store.Provider.BehindRead = _ => Task.CompletedTask;
        await process.SaveAsync(Key, 2);
        await process.ReadAsync(Key);

        gate.SetResult();
        await early;

        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
    }

    // The process ends between the provider's write and the deletion of the file.
    [TestCase(false)]
    [TestCase(true)]
    public async Task Entry_that_a_process_left_when_it_died_after_its_write_is_not_served(bool isShared)
    {
        await using var store = new DiskStore(isShared);
        var before = store.Open();
        await before.SaveAsync(Key, 1);
        await before.ReadAsync(Key);
        await SaveElsewhereAsync(store, 2);
        Assert.That(store.Folder.Entries, Has.Count.EqualTo(1));

        var process = store.Open();

        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
        Assert.That(await process.Storage.GetInfoAsync(Key), Has.Property(nameof(ImageInfo.ETag)).EqualTo((await store.Provider.GetInfoAsync(Key))!.ETag));
    }

    [Test]
    public async Task Record_of_an_unconfirmed_entry_comes_from_the_provider()
    {
        await using var store = new DiskStore();
        var before = store.Open();
        await before.SaveAsync(Key, 1);
        await before.ReadAsync(Key);
        await SaveElsewhereAsync(store, 2);

        Assert.That((await store.Open().Storage.GetInfoAsync(Key))!.ETag, Is.EqualTo((await store.Provider.GetInfoAsync(Key))!.ETag));
    }

    [Test]
    public async Task Entry_from_before_a_restart_is_revalidated_also_without_a_revalidation_interval()
    {
        await using var store = new DiskStore(isShared: true);
        await using (var before = store.Open(options => options.RevalidateAfter = Timeout.InfiniteTimeSpan))
        {
            await before.SaveAsync(Key, 1);
            await before.ReadAsync(Key);
        }

        await SaveElsewhereAsync(store, 2);
        var process = store.Open(options => options.RevalidateAfter = Timeout.InfiniteTimeSpan);

        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
        store.Clock.Advance(TimeSpan.FromHours(1));
        var infos = store.Provider.Infos;
        await process.ReadAsync(Key);
        Assert.That(store.Provider.Infos, Is.EqualTo(infos));
    }

    [Test]
    public async Task Version_of_another_process_is_seen_after_the_interval_and_by_the_writer_at_once()
    {
        await using var store = new DiskStore(isShared: true);
        var (one, two) = (store.Open(), store.Open());
        await one.SaveAsync(Key, 1);
        await one.ReadAsync(Key);

        await two.SaveAsync(Key, 2);

        Assert.That(await two.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
        store.Clock.Advance(Interval);
        Assert.That(await one.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
    }

    [Test]
    public async Task Image_that_another_process_deleted_is_gone_after_the_interval()
    {
        await using var store = new DiskStore(isShared: true);
        var (one, two) = (store.Open(), store.Open());
        await one.SaveAsync(Key, 1);
        await one.ReadAsync(Key);
        await two.ReadAsync(Key);

        await two.Storage.DeleteAsync(Key);
        store.Clock.Advance(Interval);

        Assert.That(await one.ReadAsync(Key), Is.Null);
        Assert.That(store.Folder.Entries, Is.Empty);
    }

    [Test]
    public async Task Entry_that_another_process_filled_is_shared()
    {
        await using var store = new DiskStore(isShared: true);
        var (one, two) = (store.Open(), store.Open());
        await one.SaveAsync(Key, 1, 700_000);
        await one.ReadAsync(Key);

        Assert.That((await two.ReadAsync(Key)).AsSpan().SequenceEqual(CachedStore.Image(1, 700_000)));

        Assert.That((store.Provider.Reads, store.Provider.Infos, two.Disk.Hits), Is.EqualTo((1, 1, 1L)));
    }

    // The other process reads the old version before the write of this process, and publishes it after the write.
    [Test]
    public async Task Old_version_that_another_process_publishes_after_a_write_of_this_process_is_not_trusted()
    {
        await using var store = new DiskStore(isShared: true);
        var (one, two) = (store.Open(), store.Open());
        await one.SaveAsync(Key, 1);
        var (reached, gate) = Gate(store);
        var late = two.ReadAsync(Key);
        await reached;
        store.Provider.BehindRead = _ => Task.CompletedTask;
        await one.SaveAsync(Key, 2);
        await one.ReadAsync(Key);

        gate.SetResult();
        Assert.That(await late, Is.EqualTo(CachedStore.Image(1)));

        Assert.That(store.Folder.Entries, Has.Count.EqualTo(1), "that of the other process");
        Assert.That(await one.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
        Assert.That(await one.Storage.GetInfoAsync(Key), Has.Property(nameof(ImageInfo.Length)).EqualTo(5000).And.Property(nameof(ImageInfo.ETag)).EqualTo((await store.Provider.GetInfoAsync(Key))!.ETag));
    }

    [Test]
    public async Task Unchanged_version_is_revalidated_once_per_interval_and_not_read_again()
    {
        await using var store = new DiskStore(isShared: true);
        var process = store.Open();
        await process.SaveAsync(Key, 1, 700_000);
        await process.ReadAsync(Key);
        for (var interval = 0; interval < 3; interval++)
        {
            store.Clock.Advance(Interval);
            await process.ReadAsync(Key);
            await process.ReadAsync(Key);
        }

        Assert.That((store.Provider.Infos, store.Provider.Reads), Is.EqualTo((3, 1)));
    }

    private static (Task Reached, TaskCompletionSource Gate) Gate(DiskStore store)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Provider.BehindRead = _ =>
        {
            reached.TrySetResult();
            return gate.Task;
        };
        return (reached.Task, gate);
    }

    private static Task<ImageInfo> SaveElsewhereAsync(DiskStore store, int seed) =>
        new ImageStorage.ImageStorageManager(store.Provider, null, store.Clock).SaveBytesAsync(Key, CachedStore.Image(seed));
}
