namespace ImageStorage.Tests.Caching;

internal sealed class StampedeTests
{
    private static readonly ImageKey Key = "hot.png";

    [Test]
    public async Task Thousand_readers_of_a_cold_image_are_one_read_of_the_provider()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Provider.BeforeRead = _ => gate.Task;

        var reads = Enumerable.Range(0, 1000).Select(_ => store.ReadAsync(Key)).ToArray();
        gate.SetResult();

        Assert.That(await Task.WhenAll(reads), Is.All.EqualTo(CachedStore.Image(1)));
        Assert.That(store.Provider.Reads, Is.EqualTo(1));
        Assert.That(store.Cache.GetStatistics(), Has.Property("Fills").EqualTo(1).And.Property("Joined").EqualTo(999).And.Property("Filling").EqualTo(0));
        await store.Cache.ClearAsync();
        Assert.That(store.Memory.Bytes, Is.Zero);
    }

    [Test]
    public async Task Readers_that_cancel_do_not_affect_others()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Provider.BeforeRead = token => gate.Task.WaitAsync(token);
        using var cancellation = new CancellationTokenSource();

        // The reader that started the fill is among the cancelled readers.
        var impatient = Enumerable.Range(0, 50).Select(_ => store.Storage.GetBytesAsync(Key, cancellation.Token)).ToArray();
        var patient = Enumerable.Range(0, 50).Select(_ => store.ReadAsync(Key)).ToArray();
        await cancellation.CancelAsync();
        foreach (var read in impatient)
        {
            Assert.That(() => read, Throws.InstanceOf<OperationCanceledException>());
        }

        gate.SetResult();
        Assert.That(await Task.WhenAll(patient), Is.All.EqualTo(CachedStore.Image(1)));
        Assert.That(store.Provider.Reads, Is.EqualTo(1));
    }

    [Test]
    public async Task Read_without_waiting_callers_is_cancelled_and_the_next_read_starts_again()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Provider.BeforeRead = token =>
        {
            began.TrySetResult();
            return new TaskCompletionSource().Task.WaitAsync(token);
        };
        using var cancellation = new CancellationTokenSource();
        var read = store.Storage.GetBytesAsync(Key, cancellation.Token);
        await began.Task;

        await cancellation.CancelAsync();

        Assert.That(() => read, Throws.InstanceOf<OperationCanceledException>());
        store.Provider.BeforeRead = _ => Task.CompletedTask;
        Assert.That(await store.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(store.Provider.Reads, Is.EqualTo(2));
    }

    [Test]
    public async Task Failure_of_the_shared_read_is_thrown_to_every_reader()
    {
        await using var store = new CachedStore();
        await store.SaveAsync(Key, 1);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Provider.BeforeRead = _ => gate.Task;
        var reads = Enumerable.Range(0, 100).Select(_ => store.ReadAsync(Key)).ToArray();

        gate.SetException(new StorageUnavailableException("It is down."));

        foreach (var read in reads)
        {
            Assert.That(() => read, Throws.InstanceOf<StorageUnavailableException>());
        }

        Assert.That(store.Provider.Reads, Is.EqualTo(1));
    }

    [Test]
    public async Task Large_image_is_opened_once_for_each_reader_and_none_stays_open()
    {
        await using var store = new CachedStore(options => options.Memory.MaxItemBytes = 1000);
        await store.SaveAsync(Key, 1);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = 0;
        store.Provider.BeforeRead = _ => gate.Task;
        store.Provider.Alter = image =>
        {
            Interlocked.Increment(ref open);
            return new StoredImage(image.Info, new DisposalStream(image.Content, () => Interlocked.Decrement(ref open)), image.Range);
        };
        var reads = Enumerable.Range(0, 20).Select(_ => store.ReadAsync(Key)).ToArray();

        gate.SetResult();

        Assert.That(await Task.WhenAll(reads), Is.All.EqualTo(CachedStore.Image(1)));
        Assert.That(store.Provider.Reads, Is.EqualTo(20), "the first one is taken by a reader");
        Assert.That(open, Is.Zero);
    }

    private sealed class DisposalStream(Stream inner, Action disposed) : MemoryStream(Read(inner))
    {
        private bool _isDisposed;

        protected override void Dispose(bool disposing)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                inner.Dispose();
                disposed();
            }

            base.Dispose(disposing);
        }

        private static byte[] Read(Stream stream)
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }
}
