using System.Diagnostics;
using System.Globalization;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Power;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>
/// Cuts the power of a file system during transactions that move amounts between accounts, round after round on the
/// same store. In every sixth round the cut comes after the last acknowledgement, so that no later flush helps.
/// </summary>
internal sealed class TransferPowerCampaign(CampaignOptions options, string fileSystem)
{
    private const int WholeRun = 60;
    private const int RestEvery = 6;
    private const int MostSpinMicroseconds = 25_000;
    private readonly string _name = $"transfer-power {fileSystem}";
    private readonly Evidence _evidence = new(options, $"transfer-power-{fileSystem}");
    private readonly TransferBook _book = new();
    private int _recovered;

    public static IEnumerable<CampaignResult> RunAll(CampaignOptions options) => PowerCampaign.OnEachFileSystem("transfer-power", fileSystem => new TransferPowerCampaign(options, fileSystem).Run());

    private CampaignResult Run()
    {
        var rounds = options.Rounds ?? WholeRun;
        var start = Stopwatch.GetTimestamp();
        using (var volume = new LoopVolume(_evidence.Folder, fileSystem))
        {
            var uri = StoreKinds.Find(options.Store).UriIn(volume.MountPoint);
            OpenedBank.CreateAsync(uri).GetAwaiter().GetResult();
            for (var number = 0; number < rounds; number++)
            {
                if (RunRound(volume, uri, number) is { Count: > 0 } violations)
                {
                    return new CampaignResult(_name, Verdict.Failed, $"cut {number} of {rounds}: {Evidence.Summarize(violations)}");
                }

                if ((number + 1) % 10 == 0)
                {
                    Console.WriteLine($"{_name}: {number + 1} of {rounds} cuts, {_book.Acknowledged} transfers acknowledged, {_book.InFlight} in flight at the cut, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
                }
            }
        }

        _evidence.Remove();
        return new CampaignResult(
            _name,
            Verdict.Passed,
            string.Create(CultureInfo.InvariantCulture, $"{rounds} cuts, {rounds - (rounds / RestEvery)} during transactions; {_book.Acknowledged} transfers acknowledged and present, {_book.InFlight} in flight at the cut, {_recovered} rolled back by the recovery; accounts and history agree, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
    }

    private List<string> RunRound(LoopVolume volume, string uri, int number)
    {
        var random = new Random(Seeds.Of(options.Seed, number, fileSystem.Length));
        var worker = new WorkerOptions { Store = uri, Seed = options.Seed, Round = number, Writers = [0, 1], Transfers = true };
        using var round = new PowerRound(volume, worker, isAtRest: number % RestEvery == RestEvery - 1, MostSpinMicroseconds, random);
        round.Run();
        volume.PowerUp();

        _book.Read(round.Worker.Lines, round.CertainLines);
        var check = new TransferCheck(uri, _book);
        List<string> violations = [.. round.Complaints, .. _book.Violations, .. check.RunAsync().GetAwaiter().GetResult()];
        _book.Adopt(check.Seen);
        _recovered += check.Recovered;
        if (violations.Count > 0)
        {
            _evidence.Keep($"cut{number}", violations, round.Worker);
        }

        return violations;
    }
}
