using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tests.Caching;

/// <summary>Writes of this process that bypass the layers are seen at once, too.</summary>
internal sealed class PastTheCacheTests
{
    private static readonly ImageKey Key = "a.png";

    [Test]
    public async Task Commit_of_several_images_is_seen()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        await store.SaveAsync("b.png", 1);
        await store.ReadAsync(Key);
        await store.ReadAsync("b.png");

        await store.Cache.GetAbility<IAtomicProvider>()!.CommitAsync([new AtomicDelete(Key), new AtomicUpdate("b.png", new RecordUpdate { FileName = "new.png" })]);

        Assert.That(await store.ReadAsync(Key), Is.Null);
        Assert.That((await store.Storage.GetInfoAsync("b.png"))!.FileName, Is.EqualTo("new.png"));
    }

    [Test]
    public async Task Restored_version_is_seen()
    {
        await using var store = new CachedStore();
        var keeper = store.Cache.GetAbility<IVersionKeeper>()!;
        var first = await store.SaveAsync(Key, 1);
        await keeper.RetainAsync("kept", Key, first.ETag);
        var second = await store.SaveAsync(Key, 2);
        await store.ReadAsync(Key);

        await keeper.RestoreAsync("kept", Key, second.ETag);

        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
    }

    [Test]
    public async Task Transaction_is_seen_through_a_cache_and_a_failover([Values] bool hasFallback)
    {
        var services = new ServiceCollection();
        var builder = services.AddImageStorage().UseInMemory().WithCache().WithTransactions();
        if (hasFallback)
        {
            builder.WithFallback(fallback => fallback.UseInMemory());
        }

        await using var container = services.BuildServiceProvider();
        var storage = container.GetRequiredService<IImageStorage>();
        await storage.SaveBytesAsync(Key, CachedStore.Image(1));
        await storage.GetBytesAsync(Key);

        await container.GetRequiredService<IImageTransactions>().ExecuteAsync(transaction =>
        {
            transaction.Save(Key, new MemoryStream(CachedStore.Image(2)));
            return Task.CompletedTask;
        });

        Assert.That(await storage.GetBytesAsync(Key), Is.EqualTo(CachedStore.Image(2)));
    }
}
