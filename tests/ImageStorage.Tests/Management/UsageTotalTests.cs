using ImageStorage.Providers;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Management;

/// <summary>The total of a store with its age: one count serves all callers that accept its age.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UsageTotalTests : IAsyncDisposable
{
    private static readonly UsageOptions TenMinutes = new() { MaxAge = TimeSpan.FromMinutes(10) };
    private readonly FakeTimeProvider _clock = new();
    private readonly Counting _provider = new();
    private readonly ImageStorageManager _storage;

    public UsageTotalTests() => _storage = new ImageStorageManager(_provider, null, _clock);

    [Test]
    public async Task Total_is_counted_again_when_it_is_older_than_the_caller_accepts()
    {
        var start = _clock.GetUtcNow();
        await _storage.SaveBytesAsync("a.png", Caching.CachedStore.Image(1));

        Assert.That(await _storage.GetUsageAsync(TenMinutes), Has.Property("Count").EqualTo(1).And.Property("CountedAt").EqualTo(start));
        await _storage.SaveBytesAsync("b.png", Caching.CachedStore.Image(2));
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.That(await _storage.GetUsageAsync(TenMinutes), Has.Property("Count").EqualTo(1).And.Property("CountedAt").EqualTo(start));
        Assert.That(_provider.Counts, Is.EqualTo(1));

        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.That(await _storage.GetUsageAsync(TenMinutes), Has.Property("Count").EqualTo(2).And.Property("CountedAt").EqualTo(_clock.GetUtcNow()));
    }

    [Test]
    public async Task Total_without_options_is_counted_now_and_serves_later_callers()
    {
        await _storage.GetUsageAsync(TenMinutes);
        await _storage.SaveBytesAsync("a.png", Caching.CachedStore.Image(1));

        Assert.That((await _storage.GetUsageAsync()).Count, Is.EqualTo(1));
        Assert.That((await _storage.GetUsageAsync(TenMinutes)).Count, Is.EqualTo(1));
        Assert.That(_provider.Counts, Is.EqualTo(2));
    }

    [Test]
    public async Task Callers_share_one_count_and_a_caller_that_leaves_does_not_end_it()
    {
        var gate = _provider.Gate = new TaskCompletionSource();
        using var leaving = new CancellationTokenSource();
        var left = _storage.GetUsageAsync(TenMinutes, leaving.Token);
        var stays = _storage.GetUsageAsync(TenMinutes);
        await leaving.CancelAsync();
        Assert.That(() => left, Throws.InstanceOf<OperationCanceledException>());

        gate.SetResult();
        Assert.That((await stays).Count, Is.Zero);
        Assert.That(_provider.Counts, Is.EqualTo(1));
    }

    [Test]
    public async Task Failed_count_is_thrown_and_counted_again()
    {
        _provider.Gate = new TaskCompletionSource();
        _provider.Gate.SetException(new StorageUnavailableException("The store is down."));
        Assert.That(() => _storage.GetUsageAsync(TenMinutes), Throws.InstanceOf<StorageUnavailableException>());

        _provider.Gate = null;
        Assert.That((await _storage.GetUsageAsync(TenMinutes)).Count, Is.Zero);
    }

    [Test]
    public void Negative_age_is_refused() =>
        Assert.That(() => _storage.GetUsageAsync(new UsageOptions { MaxAge = TimeSpan.FromTicks(-1) }), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task Disposal_ends_a_count_in_the_background()
    {
        _provider.Gate = new TaskCompletionSource();
        var counting = _storage.GetUsageAsync(TenMinutes);
        await _storage.DisposeAsync();

        Assert.That(() => counting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => _storage.GetUsageAsync(TenMinutes), Throws.InstanceOf<ObjectDisposedException>());
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    private sealed class Counting() : DelegatingImageProvider(new InMemoryImageProvider())
    {
        private int _counts;

        public int Counts => _counts;

        public TaskCompletionSource? Gate { get; set; }

        public override async Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _counts);
            await (Gate?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken);
            return await base.GetUsageAsync(cancellationToken);
        }
    }
}
