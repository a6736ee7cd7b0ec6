using System.Threading.Channels;
using ImageStorage.Coordination;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Coordination;

/// <summary>Turns of the one background loop: by time, when woken, after a failure, and at the end.</summary>
public class BackgroundLoopTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _clock = new();
    private readonly Channel<bool> _turns = Channel.CreateUnbounded<bool>();
    private readonly Channel<Exception> _failures = Channel.CreateUnbounded<Exception>();

    [Test]
    public async Task Interval_and_a_wake_cause_turns_that_know_their_cause()
    {
        await using var loop = New(NoteAsync);

        _clock.Advance(Interval);
        Assert.That(await _turns.Reader.ReadAsync(), Is.True);
        await loop.Wake();
        Assert.That(await _turns.Reader.ReadAsync(), Is.False);
        Assert.That(_turns.Reader.TryRead(out _), Is.False);
    }

    [Test]
    public async Task Loop_without_an_interval_runs_only_when_woken()
    {
        await using var loop = New(NoteAsync, hasInterval: false);

        _clock.Advance(TimeSpan.FromDays(30));
        Assert.That(_turns.Reader.TryRead(out _), Is.False);
        await loop.Wake();
        Assert.That(_turns.Reader.TryRead(out _), Is.True);
    }

    [Test]
    public async Task Wake_during_a_turn_causes_another_turn()
    {
        var (entered, released) = (NewSignal(), NewSignal());
        await using var loop = New(async (isTick, token) =>
        {
            entered.TrySetResult();
            await released.Task.WaitAsync(token);
            await NoteAsync(isTick, token);
        });

        var first = loop.Wake();
        await entered.Task;
        Task[] later = [loop.Wake(), loop.Wake()];
        released.SetResult();
        await first;
        await Task.WhenAll(later);

        Assert.That(_turns.Reader.Count, Is.EqualTo(2));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Failure_of_any_kind_is_reported_and_the_loop_continues(bool ofTheStore)
    {
        Exception failure = ofTheStore ? new StorageUnavailableException("away") : new InvalidOperationException("a defect");
        var fails = true;
        await using var loop = New((isTick, token) => fails ? Task.FromException(failure) : NoteAsync(isTick, token));

        await loop.Wake();
        Assert.That(await _failures.Reader.ReadAsync(), Is.SameAs(failure));
        fails = false;
        _clock.Advance(Interval);
        Assert.That(await _turns.Reader.ReadAsync(), Is.True);
    }

    [Test]
    public async Task Shorter_interval_counts_from_its_change()
    {
        await using var loop = New(NoteAsync);

        loop.SetInterval(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That(await _turns.Reader.ReadAsync(), Is.True);
    }

    [Test]
    public async Task Disposal_cancels_the_turn_and_ends_the_wait_of_everyone()
    {
        var entered = NewSignal();
        var loop = New(async (_, token) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, token);
        });
        var running = loop.Wake();
        await entered.Task;
        var waiting = loop.Wake();

        await loop.DisposeAsync();
        await Task.WhenAll(running, waiting, loop.Wake());
        await loop.DisposeAsync();

        Assert.That(_failures.Reader.TryRead(out _), Is.False);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BackgroundLoop New(Func<bool, CancellationToken, Task> turn, bool hasInterval = true) =>
        new(turn, hasInterval ? Interval : null, _clock, failure => _failures.Writer.TryWrite(failure));

    private Task NoteAsync(bool isTick, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _turns.Writer.TryWrite(isTick);
        return Task.CompletedTask;
    }
}
