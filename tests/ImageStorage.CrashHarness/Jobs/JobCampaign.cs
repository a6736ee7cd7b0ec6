using System.Diagnostics;
using System.Globalization;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Power;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Jobs;

/// <summary>
/// A job over images: each process that runs the job kills itself, before an effect, after an effect or after a
/// checkpoint, of each image in turn, and the next process continues. Then processes are stopped for longer than their
/// lease, and wake up while another process continues their job. In the end each job has changed each image once.
/// </summary>
internal sealed class JobCampaign(CampaignOptions options)
{
    private const int StopsOfWholeRun = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Evidence _evidence = new(options, "jobs");
    private readonly string _uri = StoreKinds.Find(options.Store).UriIn(Path.Join(options.Folder, "jobs"));
    private int _repeated;
    private int _lost;

    public CampaignResult Run()
    {
        var start = Stopwatch.GetTimestamp();
        var mayShare = StampedImages.CreateAsync(_uri).GetAwaiter().GetResult();
        var points = Points();
        if (Kill(points, mayShare) is { Count: > 0 } afterKills)
        {
            return new CampaignResult("jobs", Verdict.Failed, $"after {points.Count} kills: {Evidence.Summarize(afterKills)}");
        }

        Console.WriteLine($"jobs: {points.Count} kills, {_repeated} effects repeated, {_lost} leases lost, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        var stops = !mayShare || !OperatingSystem.IsLinux() ? 0 : options.Rounds is { } rounds ? Math.Max(1, rounds / 4) : StopsOfWholeRun;
        for (var stop = 0; stop < stops; stop++)
        {
            if (Stop(stop) is { Count: > 0 } violations)
            {
                return new CampaignResult("jobs", Verdict.Failed, $"after stop {stop + 1} of {stops}: {Evidence.Summarize(violations)}");
            }
        }

        _evidence.Remove();
        return new CampaignResult(
            "jobs",
            Verdict.Passed,
            string.Create(CultureInfo.InvariantCulture, $"{points.Count} kills, {stops} stops for longer than the lease; each job has changed each of {StampedImages.Count} images once; {_repeated} effects repeated without an effect, {_lost} leases lost, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
    }

    /// <summary>Returns the points of the kills: all of them, or some that are spread over the job and the moments.</summary>
    private List<JobPoint> Points()
    {
        var all = JobPoint.All(StampedImages.Count).ToList();
        var rounds = Math.Min(options.Rounds ?? all.Count, all.Count);
        return [.. Enumerable.Range(0, rounds).Select(round => all[(int)((long)round * all.Count / rounds) + (rounds < all.Count ? round % 3 : 0)])];
    }

    private List<string> Kill(List<JobPoint> points, bool mayShare)
    {
        var workers = new List<WorkerProcess>();
        var violations = new List<string>();
        try
        {
            var current = Start(0, points.Count > 0 ? points[0].ToString() : WorkerOptions.WholeJob, JobWorker.Run, workers, out var runs);
            current.Go();
            Await(runs, current, violations);
            foreach (var point in points.Skip(1).Select(point => point.ToString()).Append(WorkerOptions.WholeJob))
            {
                // The next process waits while the job runs, if it may open the store.
                var next = Start(0, point, JobWorker.Run, workers, out _);
                if (mayShare)
                {
                    next.Go();
                }

                End(current, violations);
                if (!mayShare)
                {
                    next.Go();
                }

                current = next;
            }

            End(current, violations);
            violations.AddRange(Check(workers, round: 0));
            return Kept("kills", violations, workers);
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }
    }

    /// <summary>Stops a process in the middle of the job, until another process has taken the job over; then lets it continue.</summary>
    private List<string> Stop(int stop)
    {
        var workers = new List<WorkerProcess>();
        var violations = new List<string>();
        try
        {
            var stopped = Start(stop + 1, WorkerOptions.SlowJob, JobWorker.Checkpoint, workers, out var works, after: 3);
            stopped.Go();
            Await(works, stopped, violations);
            if (violations.Count > 0)
            {
                return Kept(string.Create(CultureInfo.InvariantCulture, $"stop{stop}"), violations, workers);
            }

            LinuxCalls.Stop(stopped.Id);
            var other = Start(stop + 1, WorkerOptions.WholeJob, JobWorker.Checkpoint, workers, out var takenOver, after: 2);
            other.Go();
            Await(takenOver, other, violations);

            // All lines from before the stop have been read by now.
            var before = stopped.Lines.Count;
            LinuxCalls.Continue(stopped.Id);
            End(stopped, violations);
            End(other, violations);

            // An effect may follow only if the process was stopped between the check and its line.
            var late = stopped.Lines.Skip(before).ToList();
            if (!late.Contains(JobWorker.Lost) || late.Count(line => line.StartsWith(JobWorker.Effect, StringComparison.Ordinal)) > 1)
            {
                violations.Add($"the process that was stopped continued with {string.Join(", ", late)}");
            }

            violations.AddRange(Check(workers, round: stop + 1));
            return Kept(string.Create(CultureInfo.InvariantCulture, $"stop{stop}"), violations, workers);
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }
    }

    /// <summary>Starts a worker, and returns an event that is set by a line with a beginning.</summary>
    private WorkerProcess Start(int round, string job, string line, List<WorkerProcess> workers, out ManualResetEventSlim reached, int after = 1)
    {
        var (signal, seen) = (new ManualResetEventSlim(), 0);
        var worker = new WorkerProcess(new WorkerOptions { Store = _uri, Seed = options.Seed, Round = round, Job = job }, (text, _) =>
        {
            if (text.StartsWith(line, StringComparison.Ordinal) && ++seen == after)
            {
                signal.Set();
            }
        });
        workers.Add(worker);
        reached = signal;
        return worker;
    }

    private static void Await(ManualResetEventSlim reached, WorkerProcess worker, List<string> violations)
    {
        if (!reached.Wait(Patience))
        {
            violations.Add($"a worker hangs; its last line is '{LastLineOf(worker)}'");
        }

        reached.Dispose();
    }

    private static string LastLineOf(WorkerProcess worker) => worker.Lines is [.., var last] ? last : string.Empty;

    private static void End(WorkerProcess worker, List<string> violations)
    {
        if (!worker.WaitForEnd(Patience))
        {
            violations.Add($"a worker did not come to its end; its last line is '{LastLineOf(worker)}'");
        }
        else if (worker.Lines is not [.., var last] || (last != AckLog.Done && !last.StartsWith(JobPoint.Dying, StringComparison.Ordinal)))
        {
            violations.Add($"a worker ended with '{LastLineOf(worker)}'");
        }
    }

    /// <summary>
    /// Checks the images and the job, and that an effect was repeated only where a process died, or lost its lease,
    /// between the effect and the checkpoint.
    /// </summary>
    private List<string> Check(List<WorkerProcess> workers, int round)
    {
        var violations = StampedImages.CheckAsync(_uri, round).GetAwaiter().GetResult().ToList();
        var lines = workers.SelectMany(worker => worker.Lines).ToList();
        var repeated = lines.Count(line => line.StartsWith(JobWorker.Effect, StringComparison.Ordinal)) - StampedImages.Count;
        var lost = lines.Count(line => line == JobWorker.Lost);
        var died = lines.Count(line => line.StartsWith(JobPoint.Dying, StringComparison.Ordinal) && line.EndsWith(nameof(JobMoment.AfterEffect), StringComparison.Ordinal));
        if (repeated > died + lost)
        {
            violations.Add($"{repeated} effects were repeated, but {died} processes died after an effect, and {lost} lost their lease");
        }

        (_repeated, _lost) = (_repeated + repeated, _lost + lost);
        return violations;
    }

    private List<string> Kept(string round, List<string> violations, List<WorkerProcess> workers)
    {
        if (violations.Count > 0)
        {
            _evidence.Keep(round, violations, workers);
        }

        return violations;
    }
}
