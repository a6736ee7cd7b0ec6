namespace ImageStorage.Tests.Caching;

internal sealed class PreloadTests
{
    [Test]
    public async Task Preload_reads_missing_entries_and_counts_each_outcome()
    {
        await using var store = new CachedStore(options => options.Memory.MaxItemBytes = 10_000);
        for (var image = 0; image < 10; image++)
        {
            await store.SaveAsync($"{image}.png", image);
        }

        await store.SaveAsync("large.png", 1, 10_001);
        await store.ReadAsync("3.png");
        store.Provider.Alter = image => image.Info.Key == "7.png" ? throw new StorageUnavailableException("This one cannot be read.") : image;
        var told = new List<PreloadProgress>();

        var result = await store.Cache.PreloadAsync([.. Enumerable.Range(0, 10).Select(image => new ImageKey($"{image}.png")), "large.png", "missing.png"], progress: new Told(told));

        Assert.That((result.Loaded, result.Bytes, result.AlreadyCached, result.Missing, result.NotCached), Is.EqualTo((8L, 40_000L, 1L, 1L, 1L)));
        Assert.That(result.Failures.Single().Key, Is.EqualTo(new ImageKey("7.png")));
        Assert.That(result.Failures.Single().Failure, Is.InstanceOf<StorageUnavailableException>());
        Assert.That(told, Has.Count.EqualTo(12).And.Ordered.By(nameof(PreloadProgress.Done)));
        Assert.That(told[^1], Is.EqualTo(new PreloadProgress { Done = 12, Bytes = 40_000 }));
        Assert.That(store.Memory.Entries, Is.EqualTo(9));
        var before = store.Provider.Reads;
        Assert.That(await store.ReadAsync("5.png"), Is.EqualTo(CachedStore.Image(5)));
        Assert.That(store.Provider.Reads, Is.EqualTo(before));
    }

    [Test]
    public async Task Three_images_are_read_concurrently_by_default()
    {
        await using var store = new CachedStore();
        var (now, most) = (0, 0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var image = 0; image < 9; image++)
        {
            await store.SaveAsync($"{image}.png", image);
        }

        store.Provider.BeforeRead = async token =>
        {
            // The first three reads are released when the third has begun; a fourth concurrent read would be counted.
            if (Interlocked.Increment(ref now) == 3)
            {
                gate.TrySetResult();
            }

            InterlockedMax(ref most, Volatile.Read(ref now));
            await gate.Task.WaitAsync(token);
            Interlocked.Decrement(ref now);
        };

        await store.Cache.PreloadAsync(Enumerable.Range(0, 9).Select(image => new ImageKey($"{image}.png")));

        Assert.That(most, Is.EqualTo(3));
        Assert.That(() => store.Cache.PreloadAsync([], new PreloadOptions { MaxConcurrency = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("PreloadOptions.MaxConcurrency"));
    }

    [Test]
    public async Task Cancelled_preload_ends()
    {
        await using var store = new CachedStore();
        await store.SaveAsync("a.png", 1);
        using var cancellation = new CancellationTokenSource();
        store.Provider.BeforeRead = async token =>
        {
            await cancellation.CancelAsync();

            // Wait until the preload has left: a fill that ends before is kept.
            await new TaskCompletionSource().Task.WaitAsync(token);
        };

        Assert.That(() => store.Cache.PreloadAsync(["a.png"], null, null, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(store.Memory.Bytes, Is.Zero);
        Assert.That(store.Cache.GetStatistics(), Has.Property(nameof(CacheStatistics.PreloadsQueued)).Zero.And.Property(nameof(CacheStatistics.PreloadsRunning)).Zero);
    }

    [Test]
    public async Task Statistics_show_the_queue_of_active_preloads([Values] bool isCounted)
    {
        await using var store = new CachedStore();
        var begun = new SemaphoreSlim(0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Provider.BeforeRead = async token =>
        {
            begun.Release();
            await gate.Task.WaitAsync(token);
        };
        ImageKey[] keys = [.. Enumerable.Range(0, 10).Select(image => new ImageKey($"{image}.png"))];
        Assert.That(Queue(), Is.EqualTo((0L, 0L)));

        var preloading = store.Cache.PreloadAsync(isCounted ? keys : keys.Where(_ => true));
        for (var read = 0; read < 3; read++)
        {
            await begun.WaitAsync();
        }

        Assert.That(Queue(), Is.EqualTo((isCounted ? 7L : 0L, 3L)), "a sequence without a known number has no queue");
        gate.SetResult();
        await preloading;
        Assert.That(Queue(), Is.EqualTo((0L, 0L)));

        (long Queued, long Running) Queue() => store.Cache.GetStatistics() is var statistics ? (statistics.PreloadsQueued, statistics.PreloadsRunning) : default;
    }

    private static void InterlockedMax(ref int place, int value)
    {
        for (var seen = Volatile.Read(ref place); seen < value && Interlocked.CompareExchange(ref place, value, seen) != seen; seen = Volatile.Read(ref place))
        {
        }
    }

    private sealed class Told(List<PreloadProgress> told) : IProgress<PreloadProgress>
    {
        public void Report(PreloadProgress value) => told.Add(value);
    }
}
