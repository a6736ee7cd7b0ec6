using ImageStorage.Providers;
using ImageStorage.Resilience;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Resilience;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ResilienceProviderTests
{
    private readonly FakeTimeProvider _clock = new() { AutoAdvanceAmount = TimeSpan.Zero };
    private int _calls;

    [Test]
    public async Task Save_is_repeated_with_the_same_bytes_after_a_transient_failure([Values(true, false)] bool seeks)
    {
        var image = SampleImages.OfLength(300_000, 3);
        using var store = new ImageStorageManager(Over(call => call is { Operation: ProviderOperation.Put, HasTakenEffect: true } && ++_calls < 3 ? Down() : null));
        await using Stream source = seeks ? new MemoryStream(image) : new SourceStream(image);

        await store.SaveAsync("a.png", source);

        Assert.That(_calls, Is.EqualTo(3));
        Assert.That((await store.GetBytesAsync("a.png"))!.AsSpan().SequenceEqual(image), Is.True);
    }

    [Test]
    public async Task Read_is_repeated_and_gives_up_with_the_last_failure()
    {
        using var provider = Over(call => !call.HasTakenEffect && ++_calls > 0 ? Down() : null);

        var failure = await CaughtAsync(() => provider.GetInfoAsync("a.png"));

        Assert.That(failure, Is.TypeOf<StorageUnavailableException>().With.Message.EqualTo("down"));
        Assert.That(_calls, Is.EqualTo(4));
    }

    [Test]
    public async Task Conditional_write_and_delete_are_made_once()
    {
        using var store = new ImageStorageManager(Over(call => call.HasTakenEffect && ++_calls > 0 ? Down() : null));

        await CaughtAsync(() => store.SaveBytesAsync("a.png", SampleImages.Png(), new SaveOptions { Precondition = IfNoneMatch.Any }));
        await CaughtAsync(() => store.DeleteAsync("a.png"));

        Assert.That(_calls, Is.EqualTo(2));
    }

    // The source may be replaced after the first attempt. A second attempt would report a conflict: nothing was changed.
    [Test]
    public async Task Copy_is_made_once_because_its_source_is_a_condition()
    {
        await using var provider = Over(call => call is { Operation: ProviderOperation.Copy, HasTakenEffect: true } && ++_calls > 0 ? Down() : null);
        await using var store = new ImageStorageManager(provider);
        var source = await store.SaveBytesAsync("a.png", SampleImages.Png());

        var failure = await CaughtAsync(() => provider.CopyAsync(new CopyRequest { Source = "a.png", SourceETag = source.ETag, Target = "b.png" }));

        Assert.That(failure, Is.TypeOf<StorageUnavailableException>());
        Assert.That(_calls, Is.EqualTo(1));
    }

    [Test]
    public async Task Failure_that_is_not_transient_is_not_repeated()
    {
        using var provider = Over(call => !call.HasTakenEffect && ++_calls > 0 ? new StorageUnavailableException("no permission", null, isTransient: false) : null);

        await CaughtAsync(() => provider.GetInfoAsync("a.png"));

        Assert.That(_calls, Is.EqualTo(1));
    }

    // A stalled connection: without this limit, a save waits for as long as a slow source may take.
    [Test]
    public async Task Save_that_stalls_is_given_up_and_a_slow_source_is_not([Values] bool isRepeated)
    {
        var stalled = new SemaphoreSlim(0);
        using var store = new ImageStorageManager(new ResilienceProvider(new Stalling(() => _calls++ == 0, stalled), new ResilienceOptions { RepeatAfterTimeout = isRepeated, RetryDelay = TimeSpan.Zero }, _clock));

        var saving = store.SaveBytesAsync("a.png", SampleImages.Png());
        await stalled.WaitAsync();
        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.That(saving.IsCompleted, Is.False);
        _clock.Advance(TimeSpan.FromSeconds(1.2));

        if (isRepeated)
        {
            await saving;
            Assert.That(_calls, Is.EqualTo(2));
        }
        else
        {
            Assert.That(await CaughtAsync(() => saving), Is.TypeOf<StorageUnavailableException>().With.Message.Contains("did not answer within 10 seconds"));
            Assert.That(_calls, Is.EqualTo(1));
        }

        // While the source is read, only the limit of the whole save counts.
        await using var slow = new PausingStream(SampleImages.OfLength(300_000), () => _clock.Advance(TimeSpan.FromSeconds(30)));
        await store.SaveAsync("b.png", slow);
        Assert.That((await store.GetInfoAsync("b.png"))!.Length, Is.EqualTo(300_000));
    }

    [Test]
    public async Task Callback_before_the_commit_has_the_time_of_the_whole_save_like_a_source()
    {
        using var provider = Over(_ => null);
        ValueTask Wait(ImageInfo info, CancellationToken cancellationToken)
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            cancellationToken.ThrowIfCancellationRequested();
            return default;
        }

        await provider.PutAsync(new PutRequest
        {
            Key = "a.png",
            Content = new MemoryContent("a.png", SampleImages.OfLength(300), null, 1000, ContentIdentity.XxHash128),
            ContentType = "image/png",
            Width = 1,
            Height = 1,
            BeforeCommit = Wait,
        });

        Assert.That(await provider.GetInfoAsync("a.png"), Is.Not.Null);
    }

    [Test]
    public async Task Breaker_opens_and_the_provider_is_asked_again_after_the_break()
    {
        var isDown = true;
        using var provider = Over(call => !call.HasTakenEffect && ++_calls > 0 && isDown ? Down() : null, options => (options.BreakerMinimumCalls, options.MaxRetries) = (2, 0));
        await CaughtAsync(() => provider.GetInfoAsync("a.png"));
        await CaughtAsync(() => provider.GetInfoAsync("a.png"));

        var failure = await CaughtAsync(() => provider.GetInfoAsync("a.png"));

        Assert.That(_calls, Is.EqualTo(2), "The provider was asked though the circuit was open.");
        Assert.That(failure, Is.TypeOf<StorageUnavailableException>().With.Message.Contains("was not asked"));
        isDown = false;
        _clock.Advance(TimeSpan.FromSeconds(16));
        Assert.That(await provider.GetInfoAsync("a.png"), Is.Null);
    }

    [Test]
    public async Task Call_that_takes_too_long_is_unavailable()
    {
        using var provider = new ResilienceProvider(new SlowProvider(), new ResilienceOptions { MaxRetries = 0 }, _clock);

        var call = CaughtAsync(() => provider.GetInfoAsync("a.png"));
        _clock.Advance(TimeSpan.FromSeconds(11));

        Assert.That(await call, Is.TypeOf<StorageUnavailableException>().With.Message.Contains("did not answer within 10 seconds"));
    }

    [Test]
    public async Task Cancelled_call_is_cancelled_and_no_outage()
    {
        using var provider = new ResilienceProvider(new SlowProvider(), new ResilienceOptions(), _clock);
        using var cancellation = new CancellationTokenSource();

        var call = CaughtAsync(() => provider.GetInfoAsync("a.png", cancellation.Token));
        await cancellation.CancelAsync();

        Assert.That(await call, Is.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Options_that_cannot_be_are_refused_by_name()
    {
        var options = new ResilienceOptions { MaxRetries = -1, BreakerFailureRatio = 0, AttemptTimeout = TimeSpan.FromMinutes(1), BreakerMinimumCalls = 1, SpoolLimit = -1, BreakDuration = TimeSpan.Zero };

        var failure = Assert.Throws<OptionsValidationException>(() => ResilienceOptionsValidator.ThrowIfInvalid(options));

        Assert.That(failure!.Failures, Has.Exactly(6).Items.And.All.StartsWith("Resilience."));
    }

    private static StorageUnavailableException Down() => new("down");

    private static async Task<Exception?> CaughtAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (Exception exception)
        {
            // The boundary of the call under test: whatever it throws is what the test looks at.
            return exception;
        }
    }

    // Pauses of no time, so that the clock need not be moved.
    private ResilienceProvider Over(Func<ProviderCall, Exception?> fault, Action<ResilienceOptions>? configure = null)
    {
        var options = new ResilienceOptions { RetryDelay = TimeSpan.Zero };
        configure?.Invoke(options);
        return new ResilienceProvider(new FaultInjectingProvider(new InMemoryImageProvider(), fault), options, _clock);
    }

    private sealed class SlowProvider() : DelegatingImageProvider(new InMemoryImageProvider())
    {
        public override async Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return null;
        }
    }
}
