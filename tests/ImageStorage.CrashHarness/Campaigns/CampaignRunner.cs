using System.Diagnostics;
using ImageStorage.CrashHarness.Cache;
using ImageStorage.CrashHarness.Jobs;
using ImageStorage.CrashHarness.Kill;
using ImageStorage.CrashHarness.Outage;
using ImageStorage.CrashHarness.Power;
using ImageStorage.CrashHarness.Replay;
using ImageStorage.CrashHarness.Soak;
using ImageStorage.CrashHarness.Sweep;
using ImageStorage.CrashHarness.Transfers;

namespace ImageStorage.CrashHarness.Campaigns;

/// <summary>Runs the campaigns of a command line, and prints their results.</summary>
internal static class CampaignRunner
{
    /// <summary>All promises were kept.</summary>
    public const int Sound = 0;

    /// <summary>A promise was broken, or a required program is missing.</summary>
    public const int Broken = 1;

    /// <summary>The command line is invalid.</summary>
    public const int Misused = 2;

    /// <summary>
    /// Nothing could be run on this machine; the output says why. (The exit code of skipped tests in automake.)
    /// </summary>
    public const int Skipped = 77;

    private static readonly Dictionary<string, Func<CampaignOptions, IEnumerable<CampaignResult>>> Campaigns = new(StringComparer.Ordinal)
    {
        ["kill"] = options => [new KillCampaign(options).Run()],
        ["power"] = PowerCampaign.RunAll,
        ["transfer"] = options => [new TransferCampaign(options).Run()],
        ["transfer-power"] = TransferPowerCampaign.RunAll,
        ["sweep"] = options => [new SweepCampaign(options).Run()],
        ["soak"] = options => [new SoakCampaign(options).Run()],
        ["replay"] = options => [new ReplayCampaign(options).Run()],
        ["outage"] = options => [new OutageCampaign(options).Run()],
        ["jobs"] = options => [new JobCampaign(options).Run()],
        ["cache"] = options => [new CacheCampaign(options).Run()],
    };

    private static readonly string[] CutsPower = ["power", "transfer-power"];

    public static IReadOnlyList<string> Names { get; } = [.. Campaigns.Keys];

    public static int Run(IReadOnlyList<string> arguments)
    {
        CampaignOptions options;
        try
        {
            options = CampaignOptions.Parse(arguments);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            Console.Error.WriteLine(exception.Message);
            return Misused;
        }

        if (options.Campaigns.Any(CutsPower.Contains) && !options.PrivateMounts && PrivateMounts.Available)
        {
            return PrivateMounts.RunAgain(arguments, options);
        }

        Console.WriteLine($"seed {options.Seed}, store {options.Store}, in {options.Folder}");
        var results = options.Campaigns.SelectMany(name => RunCampaign(name, options)).ToList();
        Console.WriteLine();
        foreach (var result in results)
        {
            Console.WriteLine(result);
        }

        return ExitCode(options, results);
    }

    private static int ExitCode(CampaignOptions options, List<CampaignResult> results)
    {
        if (results.Exists(result => result.Verdict == Verdict.Failed))
        {
            Console.WriteLine($"FAILED; the evidence is in {options.Folder}; again with --seed {options.Seed}");
            return Broken;
        }

        if (Directory.Exists(options.Folder))
        {
            Directory.Delete(options.Folder, recursive: true);
        }

        return results.TrueForAll(result => result.Verdict == Verdict.Skipped) ? Skipped : Sound;
    }

    private static IEnumerable<CampaignResult> RunCampaign(string name, CampaignOptions options)
    {
        var start = Stopwatch.GetTimestamp();
        IEnumerable<CampaignResult> results;
        try
        {
            results = [.. Campaigns[name](options)];
        }
        catch (MissingPartException exception)
        {
            results = [Missing(name, exception)];
        }

        Console.WriteLine($"{name} took {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        return results;
    }

    /// <summary>Returns the result of a campaign without a required program: skipped, or failed with CI=true.</summary>
    public static CampaignResult Missing(string name, MissingPartException exception) =>
        new(name, exception.MayBeMissing || Environment.GetEnvironmentVariable("CI") != "true" ? Verdict.Skipped : Verdict.Failed, exception.Message);
}
