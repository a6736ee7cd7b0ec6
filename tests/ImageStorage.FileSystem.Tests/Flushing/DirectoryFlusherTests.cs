using ImageStorage.FileSystem.Flushing;

namespace ImageStorage.FileSystem.Tests.Flushing;

/// <summary>Flushes that are shared: everyone is covered by one that began after their entry was there (P1).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DirectoryFlusherTests
{
    private const int MostRunning = 4;

    [Test]
    public void A_flush_that_is_running_does_not_count_for_who_comes_later()
    {
        using var gated = new GatedVolume();
        var flusher = new DirectoryFlusher(gated.Volume);
        var first = flusher.Begin(string.Empty);
        gated.WaitUntilBegun();

        var second = flusher.Begin(string.Empty);

        Assert.That(second, Is.Not.SameAs(first));
        gated.LetGoOn(2);
        flusher.Wait(first);
        flusher.Wait(second);
        Assert.That(gated.Count, Is.EqualTo(2));
    }

    [Test]
    public void Who_waits_while_the_medium_is_busy_shares_one_flush()
    {
        using var gated = new GatedVolume();
        var flusher = new DirectoryFlusher(gated.Volume);
        var running = Enumerable.Range(0, MostRunning).Select(_ =>
        {
            var round = flusher.Begin(string.Empty);
            gated.WaitUntilBegun();
            return round;
        }).ToList();

        var shared = Enumerable.Range(0, 10).Select(_ => flusher.Begin(string.Empty)).ToList();

        Assert.That(shared.Distinct().Count(), Is.EqualTo(1));
        Assert.That(gated.Count, Is.EqualTo(MostRunning));
        gated.LetGoOn(MostRunning + 1);
        running.ForEach(flusher.Wait);
        shared.ForEach(flusher.Wait);
        Assert.That(gated.Count, Is.EqualTo(MostRunning + 1));
    }

    [Test]
    public void A_failure_is_thrown_at_everyone_who_shares_the_flush_and_at_nobody_else([Values] bool isAccessDenied)
    {
        using var gated = new GatedVolume { Failure = number => number <= MostRunning ? null : isAccessDenied ? new UnauthorizedAccessException("no") : new IOException("no", 5) };
        var flusher = new DirectoryFlusher(gated.Volume);
        var running = Enumerable.Range(0, MostRunning).Select(_ =>
        {
            var round = flusher.Begin(string.Empty);
            gated.WaitUntilBegun();
            return round;
        }).ToList();
        var shared = Enumerable.Range(0, 3).Select(_ => flusher.Begin(string.Empty)).ToList();
        gated.LetGoOn(MostRunning + 1);

        foreach (var round in running)
        {
            Assert.That(() => flusher.Wait(round), Throws.Nothing);
        }

        foreach (var round in shared)
        {
            Assert.That(() => flusher.Wait(round), isAccessDenied ? Throws.TypeOf<UnauthorizedAccessException>() : Throws.TypeOf<IOException>().With.Property(nameof(Exception.HResult)).EqualTo(5));
        }
    }

    [Test]
    public void A_flush_that_ends_with_any_exception_has_not_succeeded()
    {
        using var gated = new GatedVolume { Failure = _ => new InvalidOperationException("a mistake in a volume") };
        var flusher = new DirectoryFlusher(gated.Volume);
        gated.LetGoOn(2);

        Assert.That(() => flusher.Flush(string.Empty), Throws.Exception);
        Assert.That(() => flusher.Wait(flusher.Begin(string.Empty)), Throws.Exception);
    }

    [Test]
    public void A_failed_flush_is_followed_by_ones_that_work()
    {
        using var gated = new GatedVolume { Failure = number => number == 1 ? new IOException("no", 5) : null };
        var flusher = new DirectoryFlusher(gated.Volume);
        gated.LetGoOn(2);

        Assert.That(() => flusher.Flush(string.Empty), Throws.TypeOf<IOException>());
        Assert.That(() => flusher.Flush(string.Empty), Throws.Nothing);
    }

    [Test]
    public void Folders_do_not_wait_for_each_other()
    {
        using var gated = new GatedVolume();
        gated.Volume.CreateDirectory("other");
        var flusher = new DirectoryFlusher(gated.Volume);
        var rounds = Enumerable.Range(0, MostRunning).Select(_ => flusher.Begin(string.Empty)).ToList();
        gated.WaitUntilBegun();

        rounds.Add(flusher.Begin("other"));
        gated.LetGoOn(20);

        Assert.That(() => rounds.ForEach(flusher.Wait), Throws.Nothing);
    }
}
