namespace ImageStorage.Tests.Caching.Disk;

/// <summary>The content of the disk tier, and reads from it. Alone, because one test counts the allocations of the process.</summary>
[NonParallelizable]
internal sealed class DiskTierTests
{
    private const int Large = 300_000;
    private static readonly ImageKey Key = "folder/k.png";

    [Test]
    public async Task Image_that_memory_rejects_is_read_once_from_the_provider()
    {
        await using var store = new DiskStore();
        var process = store.Open();
        var saved = await process.SaveAsync(Key, 1, Large);

        for (var read = 0; read < 3; read++)
        {
            await using var image = await process.Storage.GetAsync(Key);
            Assert.That(image!.Info, Is.EqualTo(saved));
            Assert.That((await BytesOf(image)).AsSpan().SequenceEqual(CachedStore.Image(1, Large)));
        }

        Assert.That(await process.Storage.GetInfoAsync(Key), Is.EqualTo(saved));
        Assert.That((store.Provider.Reads, store.Provider.Infos), Is.EqualTo((1, 0)));
        Assert.That((process.Disk.Hits, process.Disk.Misses, process.Disk.Entries, process.Memory.Entries), Is.EqualTo((2L, 1L, 1L, 0L)));
        Assert.That(process.Disk.Bytes, Is.EqualTo(store.Folder.CountedBytes));
    }

    [Test]
    public async Task Hit_on_disk_is_promoted_to_memory()
    {
        await using var store = new DiskStore(isInMemory: true);
        await using (var before = store.Open())
        {
            await before.SaveAsync(Key, 1);
            await before.ReadAsync(Key);
        }

        var process = store.Open();
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));

        Assert.That((process.Memory.Hits, process.Disk.Hits, store.Provider.Reads), Is.EqualTo((1L, 1L, 1)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Image_survives_a_restart_and_is_revalidated_once(bool isShared)
    {
        await using var store = new DiskStore(isShared);
        await using (var before = store.Open())
        {
            await before.SaveAsync(Key, 1, Large);
            await before.ReadAsync(Key);
        }

        var process = store.Open();
        Assert.That(process.Disk.Entries, Is.EqualTo(1), "the index is rebuilt when the process starts");
        Assert.That(process.Disk.Bytes, Is.EqualTo(store.Folder.CountedBytes));
        Assert.That((await process.ReadAsync(Key)).AsSpan().SequenceEqual(CachedStore.Image(1, Large)));
        Assert.That((await process.ReadAsync(Key)).AsSpan().SequenceEqual(CachedStore.Image(1, Large)));

        Assert.That((store.Provider.Reads, store.Provider.Infos), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Ranges_and_positions_return_the_right_bytes()
    {
        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync(Key, 1, Large);
        var bytes = CachedStore.Image(1, Large);
        await process.ReadAsync(Key);
        var random = new Random(20261125);
        await using var whole = await process.Storage.GetAsync(Key);
        for (var round = 0; round < 100; round++)
        {
            var start = random.Next(Large);
            var length = random.Next(1, Large - start + 1);
            await using var part = await process.Storage.GetAsync(Key, new GetOptions { Range = new ByteRange(start, length) });
            Assert.That((await BytesOf(part!)).AsSpan().SequenceEqual(bytes.AsSpan(start, length)));

            whole!.Content.Position = start;
            var buffer = new byte[Math.Min(length, 1000)];
            if (round % 2 == 0)
            {
                whole.Content.ReadExactly(buffer);
            }
            else
            {
                await whole.Content.ReadExactlyAsync(buffer);
            }

            Assert.That(buffer.AsSpan().SequenceEqual(bytes.AsSpan(start, buffer.Length)));
        }

        Assert.That(() => process.Storage.GetAsync(Key, new GetOptions { Range = new ByteRange(Large) }), Throws.InstanceOf<ImageRangeException>());
        Assert.That(store.Provider.Reads, Is.EqualTo(1));
    }

    [Test]
    public async Task Dropped_image_stays_readable_and_counts_until_it_is_closed()
    {
        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync(Key, 1, Large);
        await process.ReadAsync(Key);
        var image = await process.Storage.GetAsync(Key);
        var first = new byte[1000];
        await image!.Content.ReadExactlyAsync(first);
        var bytes = process.Disk.Bytes;

        await process.Storage.DeleteAsync(Key);

        Assert.That((store.Folder.Entries.Count, store.Folder.Staged.Count), Is.EqualTo((0, 1)), "out of sight");
        Assert.That(process.Disk.Bytes, Is.EqualTo(bytes).And.EqualTo(store.Folder.CountedBytes));
        Assert.That(((byte[])[.. first, .. await BytesOf(image)]).AsSpan().SequenceEqual(CachedStore.Image(1, Large)));
        await image.DisposeAsync();
        Assert.That(store.Folder.Staged, Is.Empty);
        Assert.That(process.Disk.Bytes, Is.EqualTo(store.Folder.CountedBytes).And.LessThan(bytes));
    }

    [Test]
    public async Task Thousand_readers_of_a_large_cold_image_are_one_read_of_the_provider()
    {
        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync(Key, 1, Large);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Provider.BeforeRead = _ => gate.Task;

        var reads = Enumerable.Range(0, 1000).Select(_ => process.Storage.GetAsync(Key)).ToArray();
        var expected = CachedStore.Image(1, Large);
        gate.SetResult();
        foreach (var read in reads)
        {
            await using var image = await read;
            Assert.That((await BytesOf(image!)).AsSpan().SequenceEqual(expected));
        }

        Assert.That((store.Provider.Reads, process.Cache.GetStatistics().Joined), Is.EqualTo((1, 999L)));
        await process.Cache.ClearAsync();
        Assert.That(process.Disk.Bytes, Is.EqualTo(store.Folder.CountedBytes).And.EqualTo(ImageStorage.Caching.Disk.DiskTier.FixedBytes));
    }

    // P5: only pooled buffers are between the provider and the disk.
    [Test]
    public async Task Image_that_is_larger_than_memory_streams_to_disk()
    {
        await using var store = new DiskStore();
        var process = store.Open(options => (options.Disk.SizeLimitBytes, options.Disk.MaxItemBytes) = (64 << 20, 32 << 20));
        await process.SaveAsync(Key, 1, 20 << 20);
        await process.Storage.GetInfoAsync(Key);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await using (var image = await process.Storage.GetAsync(Key))
        {
            await image!.Content.CopyToAsync(Stream.Null);
        }

        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(2 << 20));
        Assert.That(process.Disk.Entries, Is.EqualTo(1));
    }

    [Test]
    public async Task Fill_that_fails_midway_leaves_nothing()
    {
        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync(Key, 1, Large);
        store.Provider.Alter = image => new StoredImage(image.Info, new FailingStream(image.Content, 200_000), image.Range);

        Assert.That(() => process.ReadAsync(Key), Throws.InstanceOf<StorageUnavailableException>());

        Assert.That(store.Folder.Entries.Concat(store.Folder.Staged), Is.Empty);
        Assert.That(process.Disk.Bytes, Is.EqualTo(ImageStorage.Caching.Disk.DiskTier.FixedBytes));
        store.Provider.Alter = image => image;
        Assert.That((await process.ReadAsync(Key)).AsSpan().SequenceEqual(CachedStore.Image(1, Large)));
    }

    [Test]
    public async Task Expired_image_is_dropped_in_the_background()
    {
        await using var store = new DiskStore();
        var process = store.Open(options => options.Expiration = TimeSpan.FromHours(1));
        await process.SaveAsync(Key, 1);
        await process.ReadAsync(Key);

        store.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1));

        Assert.That((process.Disk.Expirations, process.Disk.Entries, store.Folder.Entries.Count), Is.EqualTo((1L, 0L, 0)));
        await process.ReadAsync(Key);
        Assert.That(store.Provider.Reads, Is.EqualTo(2));
    }

    [Test]
    public async Task Time_on_disk_counts_after_promotion_to_memory()
    {
        await using var store = new DiskStore(isInMemory: true);
        await using (var before = store.Open())
        {
            await before.SaveAsync(Key, 1);
            await before.ReadAsync(Key);
        }

        store.Clock.Advance(TimeSpan.FromHours(20));
        var process = store.Open();
        await process.ReadAsync("another.png");
        await process.ReadAsync(Key);
        store.Clock.Advance(TimeSpan.FromHours(4) + TimeSpan.FromMinutes(2));

        Assert.That((process.Memory.Entries, process.Disk.Entries), Is.EqualTo((0L, 0L)));
        Assert.That((process.Memory.Expirations, process.Disk.Expirations), Is.EqualTo((1L, 1L)));
    }

    [TestCase(EvictionPolicy.LeastRecentlyUsed)]
    [TestCase(EvictionPolicy.Frequency)]
    public async Task Policy_selects_the_victim_and_never_the_new_image(EvictionPolicy policy)
    {
        await using var store = new DiskStore();
        var process = store.Open(options => (options.Disk.SizeLimitBytes, options.Disk.MaxItemBytes, options.Disk.Eviction) = (1 << 20, null, policy));
        const int Length = 100_000;
        for (var image = 0; image < 20; image++)
        {
            await process.SaveAsync($"{image}.png", image, Length);
        }

        for (var image = 0; image < 20; image++)
        {
            await process.ReadAsync($"{image}.png");
            await process.ReadAsync("0.png");
            var before = store.Provider.Reads;
            await process.ReadAsync($"{image}.png");
            Assert.That(store.Provider.Reads, Is.EqualTo(before), "the new one is there");
        }

        Assert.That(process.Disk.Evictions, Is.GreaterThanOrEqualTo(10));
        Assert.That(store.Folder.Entries.Select(Path.GetFileName), Does.Contain(Path.GetFileName(store.Folder.PathOf("0.png"))), "the one that is read all the time stays");
    }

    [Test]
    public async Task Folder_contains_no_key_and_is_accessible_to_its_owner_only()
    {
        await using var store = new DiskStore();
        var process = store.Open();
        await process.SaveAsync("secret-name/../k.png".Replace("../", string.Empty, StringComparison.Ordinal), 1);
        await process.ReadAsync("secret-name/k.png");

        Assert.That(Directory.GetFileSystemEntries(store.Folder.Path, "*", SearchOption.AllDirectories), Has.None.Contains("secret"));
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Assert.That(File.GetUnixFileMode(store.Folder.Path), Is.EqualTo(Private));
            Assert.That(File.GetUnixFileMode(Path.Join(store.Folder.Path, "entries")), Is.EqualTo(Private));
        }
    }

    [Test]
    public async Task Two_stores_in_one_folder_do_not_mix_and_share_its_budget()
    {
        await using var store = new DiskStore();
        await using var other = new DiskStore();
        var (one, two) = (store.Open(), other.Open(options => options.Disk.Path = store.Folder.Path));
        await one.SaveAsync(Key, 1);
        await two.SaveAsync(Key, 2);

        for (var read = 0; read < 2; read++)
        {
            Assert.That(await one.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
            Assert.That(await two.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
        }

        Assert.That((store.Provider.Reads, other.Provider.Reads, store.Folder.Entries.Count), Is.EqualTo((1, 1, 2)));
        await one.Cache.ClearAsync();
        Assert.That(store.Folder.Entries, Has.Count.EqualTo(1), "clearing a store spares the others");
        Assert.That(await two.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
        Assert.That(other.Provider.Reads, Is.EqualTo(1));
    }

    [Test]
    public async Task Preload_fills_the_disk_and_counts_cached_images()
    {
        await using var store = new DiskStore();
        var process = store.Open();
        for (var image = 0; image < 5; image++)
        {
            await process.SaveAsync($"{image}.png", image);
        }

        await process.SaveAsync("large.png", 9, 3 << 20);
        await process.ReadAsync("3.png");

        var result = await process.Cache.PreloadAsync([.. Enumerable.Range(0, 5).Select(image => new ImageKey($"{image}.png")), "large.png", "missing.png"]);

        Assert.That((result.Loaded, result.Bytes, result.AlreadyCached, result.Missing, result.NotCached), Is.EqualTo((4L, 20_000L, 1L, 1L, 1L)));
        Assert.That(process.Disk.Entries, Is.EqualTo(5));
    }

    [Test]
    public async Task Invalidated_and_cleared_images_are_gone_from_the_folder()
    {
        await using var store = new DiskStore(isInMemory: true);
        var process = store.Open();
        for (var image = 0; image < 5; image++)
        {
            await process.SaveAsync($"{image}.png", image);
            await process.ReadAsync($"{image}.png");
        }

        await process.Cache.InvalidateAsync("1.png");
        Assert.That(store.Folder.Entries, Has.Count.EqualTo(4));
        await process.Cache.ClearAsync();
        Assert.That(store.Folder.Entries, Is.Empty);
        Assert.That((process.Disk.Entries, process.Memory.Entries, process.Disk.Invalidations), Is.EqualTo((0L, 0L, 5L)));
        Assert.That(await process.ReadAsync("1.png"), Is.EqualTo(CachedStore.Image(1)));
    }

    [Test]
    public async Task ToString_shows_the_tiers()
    {
        await using var store = new DiskStore();

        Assert.That(store.Open().Cache.ToString(), Does.StartWith("Caching[Memory+Disk]("));
    }

    internal static async Task<byte[]> BytesOf(StoredImage image)
    {
        using var bytes = new MemoryStream();
        await image.Content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private sealed class FailingStream(Stream inner, long most) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            _read += read;
            return _read <= most ? read : throw new StorageUnavailableException("The line is cut.");
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
