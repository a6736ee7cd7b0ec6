using ImageStorage.Resilience;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Resilience;

[TestFixture]
public sealed class AttemptTimerTests
{
    private static readonly TimeSpan Whole = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _clock = new();

    [Test]
    public void Save_continues_while_there_is_progress_and_ends_without()
    {
        using var time = Begun();
        for (var piece = 0; piece < 4; piece++)
        {
            _clock.Advance(TimeSpan.FromSeconds(9));
            Take(time, 1);
            Assert.That(time.Token.IsCancellationRequested, Is.False);
        }

        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.That(time.Token.IsCancellationRequested, Is.False);
        _clock.Advance(TimeSpan.FromSeconds(0.2));

        Assert.That(time.Token.IsCancellationRequested);
        Assert.That(time.Exceeded, Is.EqualTo(Pause).Within(TimeSpan.FromMilliseconds(1)));
    }

    [Test]
    public void Piece_gives_the_time_that_it_takes_to_move()
    {
        using var time = Begun();
        Take(time, 5 << 20);

        _clock.Advance(TimeSpan.FromSeconds(14.9));
        Assert.That(time.Token.IsCancellationRequested, Is.False);
        _clock.Advance(TimeSpan.FromSeconds(0.2));

        Assert.That(time.Exceeded, Is.EqualTo(TimeSpan.FromSeconds(15)));
    }

    [Test]
    public void Slow_source_is_awaited_until_the_time_of_the_attempt_is_over()
    {
        using var time = Begun();
        time.BeginReading();

        _clock.Advance(TimeSpan.FromSeconds(59.9));
        Assert.That(time.Token.IsCancellationRequested, Is.False);
        _clock.Advance(TimeSpan.FromSeconds(0.2));

        Assert.That(time.Token.IsCancellationRequested);
        Assert.That(time.Exceeded, Is.EqualTo(Whole));
    }

    [Test]
    public void Timer_is_used_again_and_starts_again()
    {
        var times = new AttemptTimerPool(Whole, Pause, _clock);
        var first = times.Begin();
        _clock.Advance(TimeSpan.FromSeconds(9));
        Take(first, 50 << 20);
        times.End(first);

        var second = times.Begin();
        Assert.That(second, Is.SameAs(first));
        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.That(second.Token.IsCancellationRequested, Is.False);
        _clock.Advance(TimeSpan.FromSeconds(0.2));

        Assert.That(second.Exceeded, Is.EqualTo(Pause));
        times.End(second);
    }

    [Test]
    public void Attempt_after_a_long_piece_does_not_wait_for_the_check_that_the_piece_postponed()
    {
        var times = new AttemptTimerPool(Whole, Pause, _clock);
        var first = times.Begin();
        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Take(first, 50 << 20);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(first.Token.IsCancellationRequested, Is.False);
        times.End(first);

        var second = times.Begin();
        Assert.That(second, Is.SameAs(first));
        _clock.Advance(Pause + TimeSpan.FromSeconds(0.1));

        Assert.That(second.Exceeded, Is.EqualTo(Pause));
        times.End(second);
    }

    [Test]
    public void Attempt_begun_after_a_check_without_effect_is_checked_again()
    {
        var times = new AttemptTimerPool(Whole, Pause, _clock);
        times.End(times.Begin());
        _clock.Advance(Whole * 2);

        var next = times.Begin();
        _clock.Advance(Pause + TimeSpan.FromSeconds(0.1));

        Assert.That(next.Exceeded, Is.EqualTo(Pause));
        times.End(next);
    }

    [Test]
    public void Nothing_is_cancelled_between_two_attempts()
    {
        var times = new AttemptTimerPool(Whole, Pause, _clock);
        var first = times.Begin();
        times.End(first);

        _clock.Advance(Whole * 2);

        Assert.That(times.Begin(), Is.SameAs(first));
        Assert.That(first.Token.IsCancellationRequested, Is.False);
        times.End(first);
    }

    [Test]
    public void Timer_that_has_fired_or_was_cancelled_is_never_used_again()
    {
        var times = new AttemptTimerPool(Whole, Pause, _clock);
        var over = times.Begin();
        _clock.Advance(Whole);
        times.End(over);
        var cancelled = times.Begin();
        Assert.That(cancelled, Is.Not.SameAs(over));
        cancelled.Cancel();
        Assert.That(cancelled.Exceeded, Is.Null, "The caller's own cancellation is no time that has passed.");
        times.End(cancelled);

        var next = times.Begin();

        Assert.That(next, Is.Not.SameAs(cancelled));
        Assert.That(next.Token.IsCancellationRequested, Is.False);
        times.End(next);
    }

    private static void Take(AttemptTimer time, int bytes)
    {
        time.BeginReading();
        time.EndReading(bytes);
    }

    private AttemptTimer Begun()
    {
        var time = new AttemptTimer(Whole, Pause, _clock);
        time.Begin();
        return time;
    }
}
