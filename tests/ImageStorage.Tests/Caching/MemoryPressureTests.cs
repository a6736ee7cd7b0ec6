using ImageStorage.Caching;
using ImageStorage.Caching.Memory;
using ImageStorage.Tests.Caching.Disk;
using ImageStorage.Tests.Caching.Distributed;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Caching;

/// <summary>P5: an image for which the process has no memory is read past the cache, and no budget is lost.</summary>
internal sealed class MemoryPressureTests
{
    private const int Images = 40;
    private const int Length = 200_000;
    private readonly FakeTimeProvider _clock = new();

    // Chunks of 1 MiB hold five of the images.
    [Test]
    public async Task Failed_allocation_fails_no_read_and_uses_no_budget([Values(0, 1, 2, 5)] int succeeding, [Values] bool isThrowing)
    {
        var left = succeeding;
        await using var process = Open(length => left-- > 0 ? new byte[length] : isThrowing ? throw new InsufficientMemoryException() : null);
        await SaveAllAsync(process);

        await ReadAllAsync(process);
        Assert.That(process.Memory.Bytes, Is.LessThanOrEqualTo(succeeding << 20));
        Assert.That(process.Memory.Entries, succeeding == 0 ? Is.Zero : Is.Positive, "what memory there is, is used");
        await process.Cache.ClearAsync();

        Assert.That((process.Memory.Entries, process.Memory.Bytes), Is.EqualTo((0L, 0L)));
        left = int.MaxValue;
        await ReadAllAsync(process);
        await ReadAllAsync(process);
        Assert.That(process.Memory.Entries, Is.EqualTo(Images), "the whole budget is there when there is memory again");
    }

    // Every operation of a fill after the reservation may fail: reading the source, the disk or the distributed tier.
    [Test]
    public async Task Failure_after_the_reservation_releases_the_memory([Values] bool isOutOfMemory)
    {
        await using var store = new DiskStore(isShared: true, isInMemory: true);
        var process = store.Open(options => options.Memory.SizeLimitBytes = 4 << 20);
        await process.SaveAsync("k.png", 1, Length);
        store.Provider.BehindRead = _ => throw Failure(isOutOfMemory);
        Assert.That(() => process.ReadAsync("k.png"), Throws.Exception);
        store.Provider.BehindRead = _ => Task.CompletedTask;
        store.Provider.Alter = image => new StoredImage(image.Info, new FailingStream(image.Content, isOutOfMemory), image.Range);
        Assert.That(() => process.ReadAsync("k.png"), Throws.Exception);
        store.Provider.Alter = image => image;
        Assert.That(process.Memory.Bytes, Is.Zero);
        Assert.That(process.Disk.Bytes, Is.EqualTo(store.Folder.CountedBytes));

        Assert.That(await process.ReadAsync("k.png"), Is.EqualTo(CachedStore.Image(1, Length)));
        Assert.That(process.Memory.Entries, Is.EqualTo(1));
    }

    [Test]
    public async Task Distributed_tier_that_runs_out_of_memory_fails_no_read([Values] bool isReading)
    {
        var distributed = new FaultyCache();
        await using var store = new DiskStore(isShared: true, isInMemory: true);
        var process = store.Open(Enable, distributed);
        await process.SaveAsync("k.png", 1);
        if (isReading)
        {
            await process.ReadAsync("k.png");
            process = store.Open(Enable, distributed);
            distributed.Alter = _ => throw new InsufficientMemoryException();
        }
        else
        {
            distributed.Fault = (call, _) => call == FaultyCache.Call.Set ? new InsufficientMemoryException() : null;
        }

        Assert.That(await process.ReadAsync("k.png"), Is.EqualTo(CachedStore.Image(1)));
        await process.Cache.ClearAsync();
        Assert.That(process.Memory.Bytes, Is.Zero);

        static void Enable(CacheOptions options)
        {
            options.Disk.Path = null;
            options.Distributed.Enabled = true;
        }
    }

    [Test]
    public void Failed_allocation_in_the_middle_of_an_image_rents_nothing([Values] bool isThrowing)
    {
        var left = 2;
        var memory = new PayloadMemory(10 << 20, length => left-- > 0 ? new byte[length] : isThrowing ? throw new InsufficientMemoryException() : null);

        Assert.That(() => memory.TryRent(5 << 20), isThrowing ? Throws.InstanceOf<OutOfMemoryException>() : Is.Null);
        Assert.That(memory.UsedBytes, Is.Zero);
        Assert.That(memory.TryRent(2 << 20), Has.Length.EqualTo(2), "what was allocated can be used");
        left = 8;
        Assert.That(memory.TryRent(8 << 20), Has.Length.EqualTo(8));
    }

    [Test]
    public void Default_budget_is_at_most_a_quarter_of_the_memory_of_the_process() =>
        Assert.That(new CacheOptions().Memory.SizeLimitBytes, Is.EqualTo(Math.Min(100L << 20, GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes / 4)));

    private DiskProcess Open(Func<int, byte[]?> allocate)
    {
        var options = new CacheOptions();
        options.Memory.SizeLimitBytes = 10 << 20;
        return new DiskProcess(new CachingProvider(new WatchedProvider(_clock, false), options, _clock, new CacheServices(Allocate: allocate)), _clock);
    }

    private static Exception Failure(bool isOutOfMemory) => isOutOfMemory ? new InsufficientMemoryException() : new InvalidOperationException("It failed.");

    private static ImageKey KeyOf(int image) => $"{image}.png";

    private static async Task SaveAllAsync(DiskProcess process)
    {
        for (var image = 0; image < Images; image++)
        {
            await process.SaveAsync(KeyOf(image), image, Length);
        }
    }

    private static async Task ReadAllAsync(DiskProcess process)
    {
        for (var image = 0; image < Images; image++)
        {
            Assert.That((await process.ReadAsync(KeyOf(image))).AsSpan().SequenceEqual(CachedStore.Image(image, Length)));
        }
    }

    private sealed class FailingStream(Stream inner, bool isOutOfMemory) : MemoryStream
    {
        private readonly Stream _inner = inner;
        private bool _isStarted;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_isStarted)
            {
                throw Failure(isOutOfMemory);
            }

            _isStarted = true;
            return await _inner.ReadAsync(buffer[..1000], cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
