namespace ImageStorage.Tests.Caching;

internal sealed class ReadingTests
{
    private static readonly ImageKey Key = "a/b.png";

    [Test]
    public async Task Second_read_does_not_reach_the_provider()
    {
        await using var store = new CachedStore();
        var saved = await store.SaveAsync(Key, 1);

        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));

        Assert.That(store.Provider.Reads, Is.EqualTo(1));
        Assert.That(await store.Storage.GetInfoAsync(Key), Is.EqualTo(saved));
        Assert.That(store.Provider.Infos, Is.Zero, "the record is cached, too");
        Assert.That((store.Memory.Hits, store.Memory.Misses, store.Memory.Entries, store.Memory.Bytes), Is.EqualTo((1L, 1L, 1L, 5120L)));
    }

    [Test]
    public async Task Ranges_are_served_from_the_whole_image()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        var whole = CachedStore.Image(1);
        foreach (var (range, from, to) in new[] { (new ByteRange(0, 10), 0, 10), (new ByteRange(1000, 3000), 1000, 4000), (new ByteRange(4990), 4990, 5000), (ByteRange.Last(7), 4993, 5000) })
        {
            await using var image = (await store.Storage.GetAsync(Key, new GetOptions { Range = range }))!;
            using var read = new MemoryStream();
            await image.Content.CopyToAsync(read);

            Assert.That(read.ToArray(), Is.EqualTo(whole[from..to]));
            Assert.That(image.Range, Is.EqualTo(new ResolvedRange(from, to - from)));
        }

        Assert.That(() => store.Storage.GetAsync(Key, new GetOptions { Range = new ByteRange(5000) }), Throws.InstanceOf<ImageRangeException>());
        Assert.That(store.Provider.Reads, Is.EqualTo(1));
        await store.Cache.ClearAsync();
        Assert.That(store.Memory.Bytes, Is.Zero, "the range that was refused holds the image no longer");
    }

    [Test]
    public async Task Missing_image_is_requested_each_time()
    {
        await using var store = new CachedStore();

        Assert.That(await store.ReadAsync(Key), Is.Null);
        Assert.That(await store.ReadAsync(Key), Is.Null);
        Assert.That(store.Provider.Reads, Is.EqualTo(2));
    }

    [Test]
    public async Task Expected_version_is_served_and_another_version_goes_to_the_provider()
    {
        await using var store = new CachedStore();
        var first = await store.SaveAsync(Key, 1);
        await store.ReadAsync(Key);

        await using (var image = await store.Storage.GetAsync(Key, new GetOptions { IfMatch = first.ETag }))
        {
            Assert.That(image!.Info, Is.EqualTo(first));
        }

        Assert.That(store.Provider.Reads, Is.EqualTo(1));
        var second = await store.SaveElsewhereAsync(Key, 2);
        await using var current = await store.Storage.GetAsync(Key, new GetOptions { IfMatch = second.ETag });
        Assert.That(current!.Info, Is.EqualTo(second));
        Assert.That(() => store.Storage.GetAsync("nothing.png", new GetOptions { IfMatch = first.ETag }), Throws.InstanceOf<ImageConflictException>());
    }

    [Test]
    public async Task Image_over_the_item_limit_streams_past()
    {
        await using var store = new CachedStore(options => options.Memory.MaxItemBytes = 5000);
        await store.SaveAsync(Key, 1, 5001);

        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1, 5001)));
        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1, 5001)));
        await using var part = await store.Storage.GetAsync(Key, new GetOptions { Range = new ByteRange(5000) });

        Assert.That(part!.Range, Is.EqualTo(new ResolvedRange(5000, 1)));
        Assert.That((store.Memory.Entries, store.Memory.Bytes, store.Memory.Rejections), Is.EqualTo((0L, 0L, 3L)));
        Assert.That(store.Provider.Reads, Is.EqualTo(4), "one read each, and another for the range: the fill did not open the range");
    }

    // P2: no byte of a failed fill is visible.
    [Test]
    public async Task Fill_that_fails_midway_leaves_nothing()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        store.Provider.Alter = image => new StoredImage(image.Info, new MemoryStream(CachedStore.Image(1)[..3000]), image.Range);

        Assert.That(() => store.ReadAsync(Key), Throws.InstanceOf<ImageCorruptedException>().With.Message.Contains("a/b.png"));
        Assert.That(store.Memory.Bytes, Is.Zero);
        store.Provider.Alter = image => image;
        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
    }

    [Test]
    public async Task Failure_of_the_provider_is_thrown_and_not_cached()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        store.Provider.BeforeRead = _ => throw new StorageUnavailableException("It is down.");

        Assert.That(() => store.ReadAsync(Key), Throws.InstanceOf<StorageUnavailableException>());
        store.Provider.BeforeRead = _ => Task.CompletedTask;
        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
    }

    [Test]
    public async Task Image_that_is_dropped_while_it_is_read_stays_readable_and_counts()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        await store.ReadAsync(Key);
        await using (var image = await store.Storage.GetAsync(Key))
        {
            await store.Cache.ClearAsync();
            Assert.That((store.Memory.Entries, store.Memory.Bytes), Is.EqualTo((0L, 5120L)));

            // Other images use the free memory in the meantime.
            for (var other = 0; other < 300; other++)
            {
                await store.SaveAsync($"other/{other}.png", other);
                await store.ReadAsync($"other/{other}.png");
            }

            using var read = new MemoryStream();
            await image!.Content.CopyToAsync(read);
            Assert.That(read.ToArray(), Is.EqualTo(CachedStore.Image(1)));
        }

        await store.Cache.ClearAsync();
        Assert.That(store.Memory.Bytes, Is.Zero);
    }

    [Test]
    public async Task Full_cache_accepts_the_new_image_with_each_policy([Values] ImageStorage.EvictionPolicy policy)
    {
        await using var store = new CachedStore(options => options.Memory.Eviction = policy);
        for (var image = 0; image < 500; image++)
        {
            await store.SaveAsync($"{image}.png", image);
            await store.ReadAsync($"{image}.png");
            await store.ReadAsync($"{image}.png");
        }

        Assert.That(store.Memory.Hits, Is.EqualTo(500), "each is there when it is read again at once");
        Assert.That(store.Memory.Rejections, Is.Zero);
        Assert.That(store.Memory.Bytes, Is.GreaterThan(1_000_000));
    }

    [Test]
    public async Task Readers_that_hold_all_memory_make_others_stream_past()
    {
        await using var store = new CachedStore(options => options.Memory.SizeLimitBytes = 64 << 10);
        var held = new List<StoredImage>();
        for (var image = 0; image < 20; image++)
        {
            await store.SaveAsync($"{image}.png", image);
            held.Add((await store.Storage.GetAsync($"{image}.png"))!);
            Assert.That(store.Memory.Bytes, Is.LessThanOrEqualTo(64 << 10));
        }

        for (var image = 0; image < 20; image++)
        {
            using var read = new MemoryStream();
            await held[image].Content.CopyToAsync(read);
            Assert.That(read.ToArray(), Is.EqualTo(CachedStore.Image(image)));
            await held[image].DisposeAsync();
        }

        Assert.That(store.Memory.Rejections, Is.EqualTo(8), "twelve of 5 KiB have room");
    }
}
