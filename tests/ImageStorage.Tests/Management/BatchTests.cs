using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Management;

public class BatchTests
{
    private ImageStorageManager _storage = null!;

    [SetUp]
    public void Open() => _storage = new ImageStorageManager(new InMemoryImageProvider());

    [TearDown]
    public async Task CloseAsync() => await _storage.DisposeAsync();

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(257)]
    public void Concurrency_out_of_bounds_is_refused(int concurrency) => Assert.That(
        () => _storage.SaveManyAsync([], new BatchOptions { MaxConcurrency = concurrency }),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Property(nameof(ArgumentOutOfRangeException.ActualValue)).EqualTo(concurrency).And.Message.Contains("BatchOptions.MaxConcurrency must be 1 to 256"));

    // The sources count the concurrent saves: each source waits for the others that may run at the same time.
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(8)]
    public async Task Concurrency_is_what_was_asked_for_and_not_more(int concurrency)
    {
        var running = 0;
        var most = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var requests = Enumerable.Range(0, 24).Select(i => new SaveRequest($"{i}.png", async _ =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == concurrency)
            {
                all.TrySetResult();
            }

            await all.Task;
            return new CountingStream(SampleImages.OfLength(200, i), () => Interlocked.Decrement(ref running));
        }));

        var results = await _storage.SaveManyAsync(requests, new BatchOptions { MaxConcurrency = concurrency });

        Assert.That(results, Has.All.Property(nameof(SaveResult.Succeeded)).True);
        Assert.That(most, Is.EqualTo(concurrency));
        Assert.That(running, Is.Zero, "Each source that the batch opened was disposed once.");
    }

    [Test]
    public async Task Source_that_the_caller_opened_is_not_disposed_and_one_that_the_batch_opened_is_even_when_refused()
    {
        var own = new CountingStream(SampleImages.OfLength(200), () => Assert.Fail("The caller's stream was disposed."));
        var disposed = 0;
        var requests = new[]
        {
            new SaveRequest("a.png", own),
            new SaveRequest("b.png", _ => ValueTask.FromResult<Stream>(new CountingStream(SampleImages.OfLength(200), () => disposed++))),
            new SaveRequest("c.png", _ => ValueTask.FromResult<Stream>(new CountingStream([1, 2, 3], () => disposed++))),
        };

        await _storage.SaveManyAsync(requests, new BatchOptions { MaxConcurrency = 1 });

        Assert.That((own.CanRead, disposed), Is.EqualTo((true, 2)));
    }

    [Test]
    public async Task Sources_are_opened_only_when_their_turn_comes()
    {
        var open = 0;
        var most = 0;
        var requests = Enumerable.Range(0, 50).Select(i => new SaveRequest($"{i}.png", _ =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref open));
            return ValueTask.FromResult<Stream>(new CountingStream(SampleImages.OfLength(200, i), () => Interlocked.Decrement(ref open)));
        }));

        await _storage.SaveManyAsync(requests, new BatchOptions { MaxConcurrency = 2 });

        Assert.That(most, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task Cancellation_by_another_token_is_the_result_of_its_item()
    {
        var results = await _storage.SaveManyAsync(
        [
            new SaveRequest("a.png", _ => throw new OperationCanceledException("Not by the caller.")),
            new SaveRequest("b.png", new MemoryStream(SampleImages.OfLength(200))),
        ]);

        Assert.That(results.Select(result => result.Error is OperationCanceledException), Is.EqualTo(new[] { true, false }));
    }

    [Test]
    public async Task Source_that_is_opened_as_null_is_a_failure_of_the_source_of_its_item()
    {
        var results = await _storage.SaveManyAsync(
        [
            new SaveRequest("a.png", _ => default),
            new SaveRequest("b.png", new MemoryStream(SampleImages.OfLength(200))),
        ]);

        Assert.That(results[0].Error, Is.TypeOf<ImageSourceException>().With.Message.Contains("'a.png' returned null"));
        Assert.That(results[1].Succeeded, Is.True);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    private sealed class CountingStream(byte[] bytes, Action disposed) : MemoryStream(bytes)
    {
        private int _disposals;

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Increment(ref _disposals) == 1)
            {
                disposed();
            }

            base.Dispose(disposing);
        }
    }
}
