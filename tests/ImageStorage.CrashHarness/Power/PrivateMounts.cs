using System.Diagnostics;
using System.Globalization;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Workers;

namespace ImageStorage.CrashHarness.Power;

/// <summary>
/// A mount namespace for the run: no other process sees its mounts, and the mounts and their loop devices end with its
/// last process, however that process ends.
/// </summary>
internal static class PrivateMounts
{
    public static bool Available => LinuxCalls.IsRoot && Tools.Find("unshare") is { } unshare && Tools.Run(unshare, "--mount", "true").ExitCode == 0;

    /// <summary>Runs this program again in such a namespace. Returns its exit code.</summary>
    public static int RunAgain(IReadOnlyList<string> arguments, CampaignOptions options)
    {
        List<string> command =
        [
            "--mount", "--propagation", "private", .. HarnessCommand.Self, .. arguments,
            "--private-mounts", bool.TrueString, "--folder", options.Folder, "--seed", options.Seed.ToString(CultureInfo.InvariantCulture),
        ];
        using var process = Process.Start(Tools.Find("unshare")!, command);
        process.WaitForExit();
        return process.ExitCode;
    }
}
