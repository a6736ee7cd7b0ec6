using ImageStorage.Providers;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Failover;

/// <summary>A primary that has failed a write is not asked by each of the next ones: in an outage a few calls wait for its time-out, not all.</summary>
internal sealed class RefusedWriteTests
{
    [Test]
    public async Task Writes_after_a_failed_one_go_to_the_fallback_without_asking_the_primary_and_one_tries_again_after_a_while()
    {
        await using var pair = new Pair();
        var (clock, asked) = (new FakeTimeProvider(), 0);
        var storage = new ImageStorageManager(pair.Open(clock), null, clock);
        pair.Primary.Fault = call => call is { Operation: ProviderOperation.Put or ProviderOperation.Delete, HasTakenEffect: false } && ++asked > 0 ? pair.Primary.Failure() : null;

        await storage.SaveBytesAsync("a.png", Pair.Image(1));
        await storage.SaveBytesAsync("b.png", Pair.Image(2));
        await storage.DeleteAsync("c.png");
        Assert.That(asked, Is.EqualTo(1));

        clock.Advance(TimeSpan.FromSeconds(5));
        await storage.SaveBytesAsync("d.png", Pair.Image(3));
        await storage.SaveBytesAsync("e.png", Pair.Image(4));

        Assert.That(asked, Is.EqualTo(2));
        Assert.That(await storage.GetBytesAsync("e.png"), Is.EqualTo(Pair.Image(4)));
    }

    [Test]
    public async Task Conditional_write_always_asks_the_primary_and_one_that_it_takes_opens_the_way_for_all()
    {
        await using var pair = new Pair();
        pair.Primary.GoDown();
        await pair.SaveAsync("a.png", 1);
        pair.Primary.ComeBack();

        await pair.Storage.SaveBytesAsync("b.png", Pair.Image(2), new SaveOptions { Precondition = IfNoneMatch.Any });
        await pair.SaveAsync("c.png", 3);

        Assert.That(await pair.Primary.Store.GetInfoAsync("c.png"), Is.Not.Null);
        Assert.That((await pair.Provider.GetStatusAsync()).Hints, Is.EqualTo(1));
    }

    [Test]
    public async Task One_lost_write_makes_the_background_ask_at_once_and_not_at_its_next_turn()
    {
        await using var pair = new Pair(options: new FailoverOptions { Lease = TimeSpan.Zero });
        var (clock, lost) = (new FakeTimeProvider(), 1);
        var storage = new ImageStorageManager(pair.Open(clock), null, clock);
        pair.Primary.Fault = call => call is { Operation: ProviderOperation.Put, HasTakenEffect: false } && lost-- > 0 ? pair.Primary.Failure() : null;

        // The clock does not move, so the interval never ends.
        var saves = 0;
        do
        {
            await storage.SaveBytesAsync($"{++saves}.png", Pair.Image(1));
            await Task.Yield();
        }
        while (await pair.Primary.Store.GetInfoAsync($"{saves}.png") is null);

        Assert.That(saves, Is.GreaterThan(1));
    }

    [Test]
    public async Task Background_finds_out_that_the_primary_is_back()
    {
        await using var pair = new Pair();
        pair.Primary.GoDown();
        await pair.SaveAsync("a.png", 1);
        Assert.That(await pair.Provider.ProbePrimaryAsync(default), Is.False);

        pair.Primary.ComeBack();

        Assert.That(await pair.Provider.ProbePrimaryAsync(default), Is.True);
        await pair.SaveAsync("b.png", 2);
        Assert.That(await pair.Primary.Store.GetInfoAsync("b.png"), Is.Not.Null);
    }
}
