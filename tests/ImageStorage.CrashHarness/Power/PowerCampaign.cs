using System.Diagnostics;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Checking;
using ImageStorage.CrashHarness.Model;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Power;

/// <summary>Cuts the power of a file system at random moments, round after round on the same store.</summary>
internal sealed class PowerCampaign(CampaignOptions options, string fileSystem)
{
    private const int WholeRun = 50;
    private const int MostSpinMicroseconds = 4_000;
    private readonly string _name = $"power {fileSystem}";

    public static IEnumerable<CampaignResult> RunAll(CampaignOptions options) => OnEachFileSystem("power", fileSystem => new PowerCampaign(options, fileSystem).Run());

    /// <summary>
    /// Runs a campaign on each file system whose power can be cut; one that cannot be had here is skipped.
    /// </summary>
    public static IEnumerable<CampaignResult> OnEachFileSystem(string name, Func<string, CampaignResult> run)
    {
        foreach (var fileSystem in (string[])["ext4", "xfs"])
        {
            CampaignResult result;
            try
            {
                result = run(fileSystem);
            }
            catch (MissingPartException exception)
            {
                result = CampaignRunner.Missing($"{name} {fileSystem}", exception);
            }

            yield return result;
        }
    }

    private CampaignResult Run()
    {
        var rounds = options.Rounds ?? WholeRun;
        var start = Stopwatch.GetTimestamp();
        var evidence = new Evidence(options, $"power-{fileSystem}");
        var expected = new Expectations();
        long acknowledged = 0;
        long inFlight = 0;
        using (var volume = new LoopVolume(evidence.Folder, fileSystem))
        {
            var uri = StoreKinds.Find(options.Store).UriIn(volume.MountPoint);
            for (var number = 0; number < rounds; number++)
            {
                var worker = new WorkerOptions { Store = uri, Seed = options.Seed, Round = number, Writers = [0, 1] };
                var random = new Random(Seeds.Of(options.Seed, number, fileSystem.Length));
                using var round = new PowerRound(volume, worker, isAtRest: random.Next(2) == 0, MostSpinMicroseconds, random);
                round.Run();
                volume.PowerUp();

                var log = new WorkerLog(round.Worker.Lines, round.CertainLines);
                expected.Apply(log);
                acknowledged += log.Acknowledged;
                inFlight += log.InFlight;
                var check = new StoreCheck(uri, expected);
                List<string> violations = [.. round.Complaints, .. log.Faults, .. log.Failures, .. check.RunAsync().GetAwaiter().GetResult()];
                if (violations.Count > 0)
                {
                    evidence.Keep($"round{number}", violations, round.Worker);
                    return new CampaignResult(_name, Verdict.Failed, $"round {number} of {rounds}: {Evidence.Summarize(violations)}");
                }

                expected.Adopt(check.Seen);
                if ((number + 1) % 10 == 0)
                {
                    Console.WriteLine($"{_name}: {number + 1} of {rounds} cuts, {acknowledged} operations acknowledged, {inFlight} in flight at the cut, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
                }
            }
        }

        evidence.Remove();
        return new CampaignResult(_name, Verdict.Passed, $"{rounds} cuts, {acknowledged} operations acknowledged and present, {inFlight} in flight at the cut, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
    }
}
