using ImageStorage.FileSystem.Flushing;

namespace ImageStorage.FileSystem.Tests.Flushing;

/// <summary>Shared flushes: every caller is covered by a flush that began after its entry was written (P1).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FlushQueueTests
{
    private const int MaxRunning = FlushQueue.MaxRunning;

    [Test]
    public void A_running_flush_does_not_cover_a_later_caller()
    {
        using var gated = new GatedVolume();
        var flushes = new FlushQueue(() => gated.Volume.FlushDirectory(string.Empty));
        var first = flushes.Begin();
        gated.WaitUntilBegun();

        var second = flushes.Begin();

        Assert.That(second, Is.Not.SameAs(first));
        gated.LetGoOn(2);
        flushes.Wait(first);
        flushes.Wait(second);
        Assert.That(gated.Count, Is.EqualTo(2));
    }

    [Test]
    public void Callers_that_wait_while_the_medium_is_busy_share_one_flush()
    {
        using var gated = new GatedVolume();
        var flushes = new FlushQueue(() => gated.Volume.FlushDirectory(string.Empty));
        var running = Enumerable.Range(0, MaxRunning).Select(_ => BeginOnAThread(flushes, gated)).ToList();

        var shared = Enumerable.Range(0, 10).Select(_ => flushes.Begin()).ToList();

        Assert.That(shared.Distinct().Count(), Is.EqualTo(1));
        Assert.That(gated.Count, Is.EqualTo(MaxRunning));
        gated.LetGoOn(MaxRunning + 1);
        running.ForEach(flushes.Wait);
        shared.ForEach(flushes.Wait);
        Assert.That(gated.Count, Is.EqualTo(MaxRunning + 1));
    }

    [Test]
    public void A_failure_is_thrown_to_every_caller_that_shares_the_flush_and_to_no_caller_of_an_earlier_flush([Values] bool isAccessDenied)
    {
        using var gated = new GatedVolume { Failure = number => number <= MaxRunning ? null : isAccessDenied ? new UnauthorizedAccessException("no") : new IOException("no", 5) };
        var flushes = new FlushQueue(() => gated.Volume.FlushDirectory(string.Empty));
        var running = Enumerable.Range(0, MaxRunning).Select(_ => BeginOnAThread(flushes, gated)).ToList();
        var shared = Enumerable.Range(0, 3).Select(_ => flushes.Begin()).ToList();
        gated.LetGoOn(MaxRunning);
        foreach (var round in running)
        {
            Assert.That(() => flushes.Wait(round), Throws.Nothing);
        }

        gated.LetGoOn();
        foreach (var round in shared)
        {
            Assert.That(() => flushes.Wait(round), isAccessDenied ? Throws.TypeOf<UnauthorizedAccessException>() : Throws.TypeOf<IOException>().With.Property(nameof(Exception.HResult)).EqualTo(5));
        }
    }

    [Test]
    public void A_flush_that_ends_with_any_exception_has_not_succeeded()
    {
        using var gated = new GatedVolume { Failure = _ => new InvalidOperationException("a mistake in a volume") };
        var flushes = new FlushQueue(() => gated.Volume.FlushDirectory(string.Empty));
        gated.LetGoOn(2);

        Assert.That(() => flushes.Wait(flushes.Join()), Throws.Exception);
        Assert.That(() => flushes.Wait(flushes.Begin()), Throws.Exception);
    }

    [Test]
    public void A_flush_after_a_failed_one_succeeds()
    {
        using var gated = new GatedVolume { Failure = number => number == 1 ? new IOException("no", 5) : null };
        var flushes = new FlushQueue(() => gated.Volume.FlushDirectory(string.Empty));
        gated.LetGoOn(2);

        Assert.That(() => flushes.Wait(flushes.Join()), Throws.TypeOf<IOException>());
        Assert.That(() => flushes.Wait(flushes.Join()), Throws.Nothing);
    }

    [Test(Description = "P1: the system may have dropped what they wrote, and the next flush would succeed.")]
    public void Caller_that_came_before_a_failed_flush_fails_with_it_and_no_second_flush_is_tried([Values] bool isEndedByFailure)
    {
        using var gated = new GatedVolume { Failure = number => number == 1 ? new IOException("no", 5) : null };
        var flushes = new FlushQueue(() => gated.Volume.FlushDirectory(string.Empty), isEndedByFailure);
        var failing = BeginOnAThread(flushes, gated);
        var waiting = flushes.Join();
        gated.LetGoOn(2);

        Assert.That(() => flushes.Wait(failing), Throws.TypeOf<IOException>());
        Assert.That(() => flushes.Wait(waiting), Throws.TypeOf<IOException>().With.Property(nameof(Exception.HResult)).EqualTo(5));
        Assert.That(gated.Count, Is.EqualTo(1));

        Assert.That(() => flushes.Wait(flushes.Join()), isEndedByFailure ? Throws.TypeOf<IOException>() : Throws.Nothing);
        Assert.That(gated.Count, Is.EqualTo(isEndedByFailure ? 1 : 2));
    }

    [Test(Description = "P1: of two flushes that run at once only one is told of a failure.")]
    public void A_flush_that_succeeds_beside_a_failed_one_has_failed()
    {
        using var gated = new GatedVolume { Failure = _ => new IOException("no", 5) };
        using var other = new GatedVolume();
        var isFirst = true;
        var flushes = new FlushQueue(() => (Interlocked.Exchange(ref isFirst, false) ? gated : other).Volume.FlushDirectory(string.Empty));
        var failing = BeginOnAThread(flushes, gated);
        var beside = BeginOnAThread(flushes, other);
        gated.LetGoOn();
        Assert.That(() => flushes.Wait(failing), Throws.TypeOf<IOException>());
        other.LetGoOn();

        Assert.That(() => flushes.Wait(beside), Throws.TypeOf<IOException>());
    }

    [Test]
    public void Folders_do_not_wait_for_each_other()
    {
        using var gated = new GatedVolume();
        gated.Volume.CreateDirectory("other");
        var flusher = new DirectoryFlusher(gated.Volume);
        var threads = Enumerable.Range(0, MaxRunning + 1).Select(i =>
        {
            var thread = new Thread(() => flusher.Flush(i < MaxRunning ? string.Empty : "other"));
            thread.Start();
            return thread;
        }).ToList();

        // All are running at once. The flush of the other folder would not be if it waited for one of the first.
        gated.WaitUntilBegun(MaxRunning + 1);
        gated.LetGoOn(20);

        Assert.That(threads.All(thread => thread.Join(TimeSpan.FromMinutes(1))), Is.True);
    }

    // A commit thread starts a flush early only while none is running.
    private static FlushRound BeginOnAThread(FlushQueue flushes, GatedVolume gated)
    {
        var round = flushes.Join();
        var thread = new Thread(() =>
        {
            try
            {
                flushes.Wait(round);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The test waits for the same flush and receives the same failure.
            }
        });
        thread.Start();
        gated.WaitUntilBegun();
        return round;
    }
}
