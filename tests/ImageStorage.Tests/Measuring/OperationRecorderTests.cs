using System.Diagnostics;
using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Providers;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Measuring;

public sealed class OperationRecorderTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 12, 0, 30, TimeSpan.Zero));
    private StorageInstruments _instruments = null!;
    private OperationRecorder _recorder = null!;

    [SetUp]
    public void CreateRecorder() => _recorder = new OperationRecorder("photos", _instruments = new StorageInstruments(), _clock);

    [TearDown]
    public void Dispose() => _instruments?.Dispose();

    [Test]
    public void Report_has_the_figures_of_its_window_only()
    {
        Record(StoreOperation.Get, 100, Minute / 60);
        _clock.Advance(10 * Minute);
        Record(StoreOperation.Get, 7, Minute / 60);

        Assert.That(CountOf(StoreOperation.Get, Day), Is.EqualTo(107));
        Assert.That(CountOf(StoreOperation.Get, 5 * Minute), Is.EqualTo(7));
    }

    // A minute that is an hour old becomes a part of its hour, and nothing is lost or counted twice.
    [Test]
    public void Counts_of_a_day_are_complete_and_older_ones_are_forgotten()
    {
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            Record(StoreOperation.Save, 3, TimeSpan.FromMilliseconds(minute % 50));
            _clock.Advance(Minute);
        }

        Assert.That(CountOf(StoreOperation.Save, Day), Is.EqualTo(3 * 24 * 60).Within(3 * 60));
        Assert.That(CountOf(StoreOperation.Save, TimeSpan.FromMinutes(30)), Is.EqualTo(3 * 30));
        Assert.That(CountOf(StoreOperation.Save, TimeSpan.FromHours(5)), Is.InRange(3 * 5 * 60, 3 * 6 * 60), "A longer window begins with an hour.");

        _clock.Advance(2 * Day);

        Assert.That(CountOf(StoreOperation.Save, Day), Is.Zero);
    }

    [Test]
    public void Outcomes_are_counted_apart()
    {
        foreach (var outcome in Enum.GetValues<OperationOutcome>())
        {
            Record(StoreOperation.Get, 1 + (int)outcome, Minute / 60, outcome);
        }

        var (outcomes, errors, answered, failed) = _recorder.Read(Day, view =>
        {
            var totals = view.TotalsOf(view.Operations.Single());
            return (totals.Outcomes.ToArray(), totals.Errors, totals.Answered.Total, totals.Failed.Total);
        });

        Assert.That(outcomes, Is.EqualTo(new long[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }));
        Assert.That((errors, answered, failed), Is.EqualTo((6 + 7 + 8 + 9, 1 + 2 + 3 + 4, 6 + 7 + 8 + 9)));
    }

    [Test]
    public void Concurrent_operations_are_all_counted()
    {
        const int Threads = 4;
        const int Operations = 50_000;
        var reading = new Thread(() =>
        {
            for (var round = 0; round < 200; round++)
            {
                CountOf(StoreOperation.Get, Day);
            }
        });
        reading.Start();

        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread => Record(StoreOperation.Get, Operations, TimeSpan.FromMicroseconds(10 + thread)));
        reading.Join();

        Assert.That(CountOf(StoreOperation.Get, Day), Is.EqualTo(Threads * Operations));
    }

    [Test]
    public void Names_of_the_application_are_limited()
    {
        for (var name = 0; name < 300; name++)
        {
            _recorder.Record($"work {name}", new OperationSample(OperationOutcome.Success, 1000, 0));
        }

        var counts = _recorder.Read(Day, view => view.Operations.ToDictionary(series => series.Name, series => view.TotalsOf(series).Count));

        Assert.That(counts, Has.Count.EqualTo(OperationRecorder.MaxNames + 1));
        Assert.That(counts[OperationRecorder.Other], Is.EqualTo(200));
    }

    [Test]
    public void Recording_allocates_nothing_when_nobody_listens()
    {
        var part = _recorder.AddPart("Folder", ProviderRole.Primary);
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var operation = 0; operation < 10_000; operation++)
            {
                _recorder.Record(StoreOperation.Get, OperationOutcome.Success, _clock.GetTimestamp(), bytes: 1000);
                part.Record(ProviderOperation.OpenRead, OperationOutcome.Success, _clock.GetTimestamp(), TimeSpan.Zero, 1000);
            }

            // The first round creates the counters.
            if (round == 1)
            {
                Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
            }
        }
    }

    // Ten million operations of 24 hours: at most 4 MB of the heap, which no other test may use meanwhile, percentiles within
    // 1 % of the exact ones, and a quick report.
    [Test]
    [NonParallelizable]
    public void Day_of_ten_million_operations_is_small_exact_and_quick_to_report()
    {
        const int PerMinute = 10_000_000 / (24 * 60);
        var part = _recorder.AddPart("Folder", ProviderRole.Primary);
        var random = new Random(17);
        TestContext.Out.WriteLine("Seed 17.");
        var durations = new List<long>(2_100_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        StoreOperation[] operations = [StoreOperation.Save, StoreOperation.Get, StoreOperation.GetInfo, StoreOperation.Delete, StoreOperation.List];
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            for (var number = 0; number < PerMinute; number++)
            {
                // Log-normal: a median of about 1 ms, with one operation of a thousand beyond 20 ms.
                var duration = (long)(1e6 * Math.Exp(Normal(random)));
                var operation = operations[number % operations.Length];
                _recorder.Record(operation, OperationOutcome.Success, _clock.GetTimestamp() - (duration / 100), bytes: 1000);
                if (operation == StoreOperation.Get)
                {
                    durations.Add(duration / 100 * 100);
                }
            }

            part.Record(ProviderOperation.Put, OperationOutcome.Success, _clock.GetTimestamp() - 10_000, TimeSpan.Zero, 0);
            _clock.Advance(Minute);
        }

        durations.Sort();
        var started = Stopwatch.GetTimestamp();
        var figures = _recorder.Read(TimeSpan.FromHours(25), view => view.Operations.ToDictionary(series => series.Name, series => view.TotalsOf(series).Answered.Calculate()))["get"];
        var elapsed = Stopwatch.GetElapsedTime(started);
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Out.WriteLine($"Heap {memory / 1e6:0.00} MB, calculated {_recorder.Memory / 1e6:0.00} MB, report {elapsed.TotalMilliseconds:0.0} ms");

        Assert.That(memory, Is.LessThan(4_000_000));
        Assert.That(_recorder.Memory, Is.LessThan(4_000_000));
        Assert.That(figures.Count, Is.InRange(durations.Count * 0.95, durations.Count), "The oldest hour may have been forgotten.");
        Assert.That(figures.P50, Is.EqualTo(Exact(0.5)).Within(1).Percent);
        Assert.That(figures.P95, Is.EqualTo(Exact(0.95)).Within(1).Percent);
        Assert.That(figures.P99, Is.EqualTo(Exact(0.99)).Within(1).Percent);
        Assert.That(figures.Sum / figures.Count, Is.EqualTo(durations.Average() / 1e9).Within(1).Percent);

        double Exact(double quantile) => durations[(int)Math.Ceiling(quantile * durations.Count) - 1] / 1e9;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private void Record(StoreOperation operation, int count, TimeSpan duration, OperationOutcome outcome = OperationOutcome.Success)
    {
        for (var number = 0; number < count; number++)
        {
            _recorder.Record(operation, outcome, _clock.GetTimestamp() - duration.Ticks);
        }
    }

    private long CountOf(StoreOperation operation, TimeSpan window) => _recorder.Read(window, view =>
        view.Operations.Where(series => series.Name == OperationRecorder.NameOf(operation)).Sum(series => view.TotalsOf(series).Count));
}
