using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Transactions.Tests;

/// <summary>A transaction of a store with a fallback uses the primary only.</summary>
internal sealed class FailoverTests
{
    private static readonly TransactionOptions Quick = new() { Retries = 0, RetryDelay = TimeSpan.Zero };
    private ServiceProvider _services = null!;
    private bool _isDown;

    private IImageTransactions Transactions => _services.GetRequiredService<IImageTransactions>();

    private IImageStorage Storage => _services.GetRequiredService<IImageStorage>();

    [SetUp]
    public void Register()
    {
        _isDown = false;
        var services = new ServiceCollection();
        services.AddImageStorage()
            .UseProvider("Memory", _ => new ObservedProvider(new KeepingMemoryStore().Open(TimeProvider.System), _ =>
            {
                if (_isDown)
                {
                    throw new StorageUnavailableException("The primary is down.");
                }
            }))
            .WithResilience(resilience => (resilience.MaxRetries, resilience.BreakerMinimumCalls) = (0, 1000))
            .WithFallback(fallback => fallback.UseInMemory(), failover => failover.ReconcileInterval = null)
            .WithTransactions();
        _services = services.BuildServiceProvider();
    }

    [TearDown]
    public async Task DisposeAsync()
    {
        _isDown = false;
        await _services.DisposeAsync();
    }

    [Test]
    public async Task Transaction_fails_when_the_primary_becomes_unavailable_and_is_rolled_back_when_the_primary_is_back()
    {
        var before = await Storage.SaveBytesAsync("a.png", Image(1));

        var failure = Assert.ThrowsAsync<TransactionFailedException>(() => Transactions.ExecuteAsync(
            [
                Save("a.png", 2),
                new CustomStep(_ => Task.FromResult(_isDown = true), _ => Task.CompletedTask),
                Save("b.png", 3),
            ],
            Quick))!;

        Assert.That(failure.Outcome, Is.EqualTo(TransactionOutcome.InDoubt));
        Assert.That(failure.InnerException, Is.TypeOf<StorageUnavailableException>());
        _isDown = false;
        Assert.That((await _services.GetRequiredService<IStorageFailover>().GetStatusAsync()).Hints, Is.Zero);
        Assert.That((await Transactions.RecoverAsync()).InDoubt, Is.EqualTo(1), "Only the custom step is left, which no process can compensate.");
        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(before));
        Assert.That(await Storage.GetInfoAsync("b.png"), Is.Null);
    }

    [Test]
    public async Task Move_during_an_outage_says_that_a_move_needs_the_primary()
    {
        await Storage.SaveBytesAsync("a.png", Image(1));
        _isDown = true;

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => Storage.MoveAsync("a.png", "b.png"))!;

        Assert.That((failure.Key, failure.IsTransient), Is.EqualTo(((ImageKey?)"a.png", true)));
        Assert.That(failure.Message, Does.StartWith("Image 'a.png' was not moved to 'b.png', and nothing was changed: a move needs the primary"));
    }

    [Test]
    public async Task Image_with_a_hint_is_unavailable_for_transactions_until_the_hint_is_replayed()
    {
        // The first write pairs the chain, for which the primary must be available.
        await Storage.SaveBytesAsync("first.png", Image(0));
        _isDown = true;
        await Storage.SaveBytesAsync("a.png", Image(1));
        _isDown = false;

        var failure = Assert.ThrowsAsync<TransactionFailedException>(() => Transactions.ExecuteAsync([Save("a.png", 2)], Quick))!;

        Assert.That(failure.Outcome, Is.EqualTo(TransactionOutcome.RolledBack));
        Assert.That(failure.InnerException!.Message, Does.Contain("has a hint"));
        await _services.GetRequiredService<IStorageFailover>().ReconcileAsync();
        await Transactions.ExecuteAsync([Save("a.png", 2)], Quick);
        Assert.That(await Storage.GetBytesAsync("a.png"), Is.EqualTo(Image(2)));
    }

    private static byte[] Image(int seed) => SampleImages.OfLength(300, seed);

    private static SaveStep Save(string key, int seed) => new(new SaveRequest(key, _ => ValueTask.FromResult<Stream>(new MemoryStream(Image(seed)))));
}
