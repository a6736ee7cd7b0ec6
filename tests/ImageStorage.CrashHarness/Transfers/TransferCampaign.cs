using System.Diagnostics;
using System.Globalization;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>
/// Two processes move amounts between accounts by transactions, while a third process with the same work is killed and
/// started again and again. If only one process may open the store, that process is killed. After every 20 kills all
/// come to rest, and everything is checked.
/// </summary>
internal sealed class TransferCampaign(CampaignOptions options)
{
    private const int WholeRun = 100;
    private const int KillsBetweenChecks = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Evidence _evidence = new(options, "transfer");
    private readonly TransferBook _book = new();
    private int _recovered;

    public CampaignResult Run()
    {
        var rounds = options.Rounds ?? WholeRun;
        var start = Stopwatch.GetTimestamp();
        var uri = StoreKinds.Find(options.Store).UriIn(_evidence.Folder);
        var mayShare = OpenedBank.CreateAsync(uri).GetAwaiter().GetResult();
        for (var first = 0; first < rounds; first += KillsBetweenChecks)
        {
            var kills = Math.Min(KillsBetweenChecks, rounds - first);
            if (RunUntilCheck(uri, first, kills, mayShare) is { Count: > 0 } violations)
            {
                return new CampaignResult("transfer", Verdict.Failed, $"after kill {first + kills} of {rounds}: {Evidence.Summarize(violations)}");
            }

            Console.WriteLine($"transfer: {first + kills} of {rounds} kills, {_book.Acknowledged} transfers acknowledged, {_book.InFlight} in flight when killed, {_book.Conflicts} conflicts, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        }

        _evidence.Remove();
        var others = mayShare ? "two other processes" : "one process";
        return new CampaignResult(
            "transfer",
            Verdict.Passed,
            string.Create(CultureInfo.InvariantCulture, $"{rounds} kills, {others}; {_book.Acknowledged} transfers acknowledged and present, {_book.InFlight} in flight when killed, {_book.Recovered + _recovered} rolled back by recoveries, {_book.Conflicts} conflicts, {_book.Doubtful} reported as undecided; accounts and history agree, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
    }

    /// <summary>
    /// Kills the worker several times, lets the others come to rest, and checks the store. Returns all violations.
    /// </summary>
    private List<string> RunUntilCheck(string uri, int first, int kills, bool mayShare)
    {
        var violations = new List<string>();
        var worker = new WorkerOptions { Store = uri, Seed = options.Seed, Transfers = true };
        List<WorkerProcess> companions = mayShare ? [.. Enumerable.Range(2, 2).Select(writer => new WorkerProcess(worker with { Round = first, Writers = [writer] }))] : [];
        var victims = new List<TransferVictim> { Start(first) };
        try
        {
            companions.ForEach(companion => companion.Go());
            for (var number = first; number < first + kills; number++)
            {
                // The next worker starts in the meantime, and waits for its signal.
                var victim = victims[^1];
                if (number + 1 < first + kills)
                {
                    victims.Add(Start(number + 1));
                }

                violations.AddRange(victim.Kill(Patience));
                _book.Read(victim.Worker.Lines);
            }

            violations.AddRange(companions.SelectMany(Rest));
            violations.AddRange(_book.Violations);
            var check = new TransferCheck(uri, _book);
            violations.AddRange(check.RunAsync().GetAwaiter().GetResult());
            _book.Adopt(check.Seen);
            _recovered += check.Recovered;
            if (violations.Count > 0)
            {
                _evidence.Keep(string.Create(CultureInfo.InvariantCulture, $"kills{first}"), violations, [.. companions, .. victims.Select(victim => victim.Worker)]);
            }

            return violations;
        }
        finally
        {
            companions.ForEach(companion => companion.Dispose());
            victims.ForEach(victim => victim.Dispose());
        }

        TransferVictim Start(int number) => new(worker with { Round = number, Writers = [0, 1] }, new Random(Seeds.Of(options.Seed, number)));
    }

    /// <summary>Ends a worker in order. Returns the violations of the worker itself.</summary>
    private IEnumerable<string> Rest(WorkerProcess companion)
    {
        companion.Finish();
        if (!companion.WaitForEnd(Patience))
        {
            yield return $"a worker did not come to its end within {Patience.TotalSeconds} s";
            yield break;
        }

        _book.Read(companion.Lines);
        if (companion.ExitCode != 0 || companion.Lines[^1] != AckLog.Done)
        {
            yield return $"a worker ended with {companion.ExitCode}, and its last line is '{companion.Lines[^1]}'";
        }
    }
}
