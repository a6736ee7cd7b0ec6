using ImageStorage.Providers;
using ImageStorage.Tests.Caching.Disk;
using ImageStorage.Tests.Caching.Distributed;
using Moq;

namespace ImageStorage.Tests.Caching;

/// <summary><see cref="GetOptions.Cache"/> on every tier: what is served, what calls the provider, and what is filled.</summary>
internal sealed class CacheModeTests
{
    private const int Large = 300_000;
    private static readonly ImageKey Key = "k.png";
    private static readonly GetOptions CacheOnly = new() { Cache = CacheMode.CacheOnly };
    private static readonly GetOptions Bypass = new() { Cache = CacheMode.Bypass };

    [Test]
    public async Task Cache_only_is_served_by_each_tier_without_a_call_to_the_provider([Values] CacheTier tier)
    {
        await using var set = await Filled(tier);
        var process = set.Reader;
        var (reads, infos) = (set.Store.Provider.Reads, set.Store.Provider.Infos);

        Assert.That(await BytesOf(process, CacheOnly), Is.EqualTo(CachedStore.Image(1, Large)));
        Assert.That(await BytesOf(process, CacheOnly with { Range = new ByteRange(200_000, 10) }), Is.EqualTo(CachedStore.Image(1, Large)[200_000..200_010]));
        Assert.That(await BytesOf(process, CacheOnly with { IfMatch = set.Saved.ETag }), Is.EqualTo(CachedStore.Image(1, Large)));

        Assert.That((set.Store.Provider.Reads, set.Store.Provider.Infos), Is.EqualTo((reads, infos)));
    }

    [Test]
    public async Task Cache_only_of_another_version_or_range_is_decided_without_the_provider([Values] CacheTier tier)
    {
        await using var set = await Filled(tier);
        var (reads, infos) = (set.Store.Provider.Reads, set.Store.Provider.Infos);

        Assert.That(await BytesOf(set.Reader, CacheOnly with { IfMatch = new ImageETag("another") }), Is.Null, "only the provider knows whether that version is current");
        Assert.That(() => set.Reader.Storage.GetAsync(Key, CacheOnly with { Range = new ByteRange(Large) }), Throws.TypeOf<ImageRangeException>());
        Assert.That(await set.Reader.Storage.GetAsync("missing.png", CacheOnly with { Range = new ByteRange(5), IfMatch = set.Saved.ETag }), Is.Null);

        Assert.That((set.Store.Provider.Reads, set.Store.Provider.Infos), Is.EqualTo((reads, infos)));
    }

    [Test]
    public async Task Cache_only_treats_an_image_that_must_be_revalidated_as_missing([Values] CacheTier tier)
    {
        await using var set = await Filled(tier);
        set.Store.Clock.Advance(TimeSpan.FromSeconds(30));
        var (reads, infos) = (set.Store.Provider.Reads, set.Store.Provider.Infos);

        Assert.That(await BytesOf(set.Reader, CacheOnly), Is.Null);

        Assert.That((set.Store.Provider.Reads, set.Store.Provider.Infos), Is.EqualTo((reads, infos)));
        Assert.That(await BytesOf(set.Reader, null), Is.EqualTo(CachedStore.Image(1, Large)));
        Assert.That(await BytesOf(set.Reader, CacheOnly), Is.EqualTo(CachedStore.Image(1, Large)), "a usual read has confirmed the version");
    }

    [Test]
    public async Task Cache_only_after_a_restart_trusts_no_file_and_does_not_ask_for_the_identity_of_the_store()
    {
        await using var set = await Filled(CacheTier.Disk);
        set.Store.Over = new UnreachableProvider(set.Store.Provider);
        var restarted = set.Store.Open();

        Assert.That(await BytesOf(restarted, CacheOnly), Is.Null);
    }

    // P2: a file that is damaged after its block table was read. The provider has the bytes, and the read may not call it.
    [Test]
    public async Task Cache_only_over_damaged_bytes_fails_instead_of_calling_the_provider()
    {
        await using var set = await Filled(CacheTier.Disk);
        var file = await File.ReadAllBytesAsync(set.Store.Folder.PathOf(Key));
        file[^1] ^= 1;
        await File.WriteAllBytesAsync(set.Store.Folder.PathOf(Key), file);
        File.SetLastWriteTimeUtc(set.Store.Folder.PathOf(Key), set.Store.Clock.GetUtcNow().UtcDateTime);
        var reads = set.Store.Provider.Reads;

        Assert.That(() => BytesOf(set.Reader, CacheOnly), Throws.TypeOf<StorageUnavailableException>().With.Message.Contains("without CacheMode.CacheOnly").And.Property("Key").EqualTo(Key));
        Assert.That(set.Store.Provider.Reads, Is.EqualTo(reads));
        Assert.That(await BytesOf(set.Reader, CacheOnly), Is.Null, "the entry is dropped");
        Assert.That(await BytesOf(set.Reader, null), Is.EqualTo(CachedStore.Image(1, Large)));
    }

    [Test]
    public async Task Cache_only_does_not_wait_for_a_fill()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Provider.BeforeRead = token => gate.Task.WaitAsync(token);
        var reading = store.ReadAsync(Key);

        Assert.That(await store.Storage.GetAsync(Key, CacheOnly), Is.Null);

        gate.SetResult();
        Assert.That(await reading, Is.EqualTo(CachedStore.Image(1)));
        Assert.That(store.Cache.GetStatistics().Joined, Is.Zero);
    }

    [Test]
    public async Task Cache_only_sees_a_write_of_this_store_at_once()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        await store.ReadAsync(Key);
        await store.SaveAsync(Key, 2);

        Assert.That(await store.Storage.GetAsync(Key, CacheOnly), Is.Null);
    }

    [Test]
    public async Task Bypass_calls_the_provider_and_leaves_every_tier_as_it_is([Values] CacheTier tier)
    {
        await using var set = await Filled(tier);
        var before = await set.Reader.Cache.InspectAsync(Key);
        var statistics = set.Reader.Cache.GetStatistics();
        var reads = set.Store.Provider.Reads;

        Assert.That(await BytesOf(set.Reader, Bypass), Is.EqualTo(CachedStore.Image(1, Large)));
        Assert.That(await BytesOf(set.Reader, Bypass with { Range = new ByteRange(7, 3), IfMatch = set.Saved.ETag }), Is.EqualTo(CachedStore.Image(1, Large)[7..10]));

        Assert.That(set.Store.Provider.Reads, Is.EqualTo(reads + 2));
        Assert.That(set.Reader.Cache.GetStatistics(), Is.EqualTo(statistics));
        Assert.That(await set.Reader.Cache.InspectAsync(Key), Is.EqualTo(before));
    }

    [Test]
    public async Task Bypass_fills_nothing_and_does_not_join_a_fill()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        await using (var image = await store.Storage.GetAsync(Key, Bypass))
        {
            Assert.That((store.Memory.Entries, store.Memory.Misses, store.Cache.GetStatistics().Fills), Is.EqualTo((0L, 0L, 0L)));
        }

        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Provider.BeforeRead = token => gate.Task.WaitAsync(token);
        var reading = store.ReadAsync(Key);
        store.Provider.BeforeRead = _ => Task.CompletedTask;

        await using (var image = await store.Storage.GetAsync(Key, Bypass))
        {
            Assert.That(image, Is.Not.Null);
        }

        gate.SetResult();
        await reading;
        Assert.That(store.Memory.Entries, Is.EqualTo(1), "the fill was not disturbed");
    }

    [Test]
    public async Task Without_a_cache_only_cache_only_differs()
    {
        await using var storage = new ImageStorageManager(new InMemoryImageProvider());
        await storage.SaveBytesAsync(Key, CachedStore.Image(1));

        Assert.That(await storage.GetAsync(Key, CacheOnly), Is.Null);
        Assert.That(await storage.GetAsync(Key, CacheOnly with { IfMatch = new ImageETag("x"), Range = new ByteRange(1_000_000) }), Is.Null);
        foreach (var mode in new[] { CacheMode.ReadThrough, CacheMode.Bypass })
        {
            await using var image = await storage.GetAsync(Key, new GetOptions { Cache = mode });
            Assert.That(image, Is.Not.Null);
        }

        Assert.That(() => storage.GetAsync(Key, new GetOptions { Cache = (CacheMode)7 }), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static async Task<byte[]?> BytesOf(DiskProcess process, GetOptions? options)
    {
        await using var image = await process.Storage.GetAsync(Key, options);
        if (image is null)
        {
            return null;
        }

        using var read = new MemoryStream();
        await image.Content.CopyToAsync(read);
        return read.ToArray();
    }

    /// <summary>Returns a store that several processes share, and a process in which only one tier has the image.</summary>
    private static async Task<FilledStore> Filled(CacheTier tier)
    {
        var store = new DiskStore(isShared: true, isInMemory: tier != CacheTier.Disk);
        var distributed = tier == CacheTier.Distributed ? new FaultyCache() : null;
        void Configure(CacheOptions options)
        {
            options.Disk.Path = tier == CacheTier.Disk ? store.Folder.Path : null;
            options.Distributed.Enabled = distributed is not null;
        }

        var writer = store.Open(Configure, distributed);
        var saved = await writer.SaveAsync(Key, 1, Large);
        await BytesOf(writer, null);
        if (tier != CacheTier.Distributed)
        {
            return new FilledStore(store, writer, saved);
        }

        // Another process, which knows the identity of the store from another read.
        var reader = store.Open(Configure, distributed);
        await reader.Storage.GetBytesAsync("another.png");
        return new FilledStore(store, reader, saved);
    }

    private sealed record FilledStore(DiskStore Store, DiskProcess Reader, ImageInfo Saved) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Store.DisposeAsync();
    }

    private sealed class UnreachableProvider(IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public override IDocumentStore Documents { get; } = Mock.Of<IDocumentStore>(MockBehavior.Strict);

        public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => throw new AssertionException("The provider was called.");

        public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => throw new AssertionException("The provider was called.");
    }
}
