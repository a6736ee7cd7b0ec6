using System.Diagnostics;
using System.Globalization;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Checking;
using ImageStorage.CrashHarness.Model;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Kill;

/// <summary>
/// Kills workers at random moments, round after round on the same store, so that damage would accumulate. In half of
/// the rounds two workers work on the store at once, if the provider permits. In every tenth round the store is new, so
/// that its creation is hit too.
/// </summary>
internal sealed class KillCampaign(CampaignOptions options)
{
    private const int WholeRun = 500;
    private const int ReportEvery = 50;
    private readonly Evidence _evidence = new(options, "kill");
    private readonly StoreKind _kind = StoreKinds.Find(options.Store);
    private bool _mayShare;
    private long _acknowledged;
    private long _inFlight;
    private long _races;

    public CampaignResult Run()
    {
        var rounds = options.Rounds ?? WholeRun;
        var start = Stopwatch.GetTimestamp();
        var lasting = Prepare(NewStore("lasting"));
        var next = StartRound(0, lasting);
        for (var number = 0; number < rounds; number++)
        {
            using var round = next;
            round.KillWorkers();

            // The workers of the next round start while this round is checked, and wait for their signal.
            next = number + 1 < rounds ? StartRound(number + 1, lasting) : null!;
            if (Judge(round) is { Count: > 0 } violations)
            {
                next?.Dispose();
                _evidence.Keep($"round{number}", violations, round.Workers);
                return new CampaignResult("kill", Verdict.Failed, $"round {number} of {rounds}: {Evidence.Summarize(violations)}");
            }

            if ((number + 1) % ReportEvery == 0)
            {
                Console.WriteLine($"kill: {number + 1} of {rounds} rounds, {_acknowledged} operations acknowledged, {_inFlight} in flight when killed, {_races} races, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
            }
        }

        _evidence.Remove();
        return new CampaignResult("kill", Verdict.Passed, $"{rounds} rounds, {_acknowledged} operations acknowledged and present, {_inFlight} in flight when killed, {_races} races for a key, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
    }

    private KillRound StartRound(int number, KilledStore lasting)
    {
        var random = new Random(Seeds.Of(options.Seed, number));

        // Within the first rounds, so that the short form has a new store as well.
        var isNew = number % 10 == 4;
        var store = isNew ? NewStore(string.Create(CultureInfo.InvariantCulture, $"new{number}")) : lasting;
        return new KillRound(options, number, store, isNew, isPair: _mayShare && number % 2 == 1 && !isNew, _evidence.Folder, random);
    }

    private KilledStore NewStore(string name)
    {
        var folder = Path.Join(_evidence.Folder, name);
        Directory.CreateDirectory(folder);
        return new KilledStore(folder, _kind.UriIn(folder), new Expectations());
    }

    /// <summary>Creates the image with the marks of the writers.</summary>
    private KilledStore Prepare(KilledStore store)
    {
        using var open = new OpenStore(store.Uri);
        _mayShare = open.Provider.Capabilities.MultiProcess;
        open.Images.SaveBytesAsync(SharedNames.MarkedImage, SelfDescribing.Image("0-0-0~5000", SharedNames.MarkedImage)).GetAwaiter().GetResult();
        return store;
    }

    private List<string> Judge(KillRound round)
    {
        var violations = new List<string>();
        foreach (var worker in round.Workers)
        {
            var log = new WorkerLog(worker.Lines);
            violations.AddRange(log.Faults);
            violations.AddRange(log.Failures);
            round.Store.Expected.Apply(log);
            _acknowledged += log.Acknowledged;
            _inFlight += log.InFlight;
        }

        violations.AddRange(round.Complaints);
        _races += round.Store.Expected.Races.Values.Count(race => race.Count > 1);
        var check = new StoreCheck(round.Store.Uri, round.Store.Expected);
        violations.AddRange(check.RunAsync().GetAwaiter().GetResult());
        round.Store.Expected.Adopt(check.Seen);
        if (round.IsNewStore && violations.Count == 0)
        {
            Directory.Delete(round.Store.Folder, recursive: true);
        }

        return violations;
    }
}
