using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The facts that a reader needs to compare the numbers with another machine or day.</summary>
internal static class MachineFacts
{
    /// <summary>Gets names and values, in the order of the report.</summary>
    public static IReadOnlyDictionary<string, string> Collect(string workFolder) => new OrderedDictionary<string, string>(CollectProcess())
    {
        ["File system"] = FileSystem(workFolder),
        ["Load before"] = FirstLineOf("/proc/loadavg") ?? "unknown",
        ["Creating an empty file"] = Quantity.Format(SecondsToCreateFile(workFolder), Unit.Seconds),
    };

    /// <summary>Gets the facts that matter to measurements without writes.</summary>
    public static IReadOnlyDictionary<string, string> CollectProcess() => new OrderedDictionary<string, string>
    {
        ["Date"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        ["Commit"] = Commit(),
        ["Machine"] = Environment.MachineName,
        ["CPU"] = $"{Cpu()}, {Environment.ProcessorCount} cores",
        ["Memory"] = Quantity.Format(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Unit.Bytes),
        ["OS"] = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}, kernel {Environment.OSVersion.Version}",
        [".NET"] = $"{Environment.Version}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC",
    };

    private static string Cpu() =>
        LinesOf("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown CPU";

    // The mount with the longest path that contains the folder. ext4 without a journal flushes two to three times
    // faster.
    private static string FileSystem(string folder)
    {
        var mount = LinesOf("/proc/mounts").Select(line => line.Split(' '))
            .Where(fields => fields.Length > 3 && (folder + "/").StartsWith(fields[1].TrimEnd('/') + "/", StringComparison.Ordinal))
            .MaxBy(fields => fields[1].Length);
        if (mount is null)
        {
            return new DriveInfo(folder).DriveFormat;
        }

        var journal = mount[2] != "ext4" ? ""
            : Directory.Exists("/proc/fs/jbd2") && Directory.EnumerateDirectories("/proc/fs/jbd2", $"{Path.GetFileName(mount[0])}-*").Any() ? ", journal"
            : ", no journal";
        return $"{mount[2]} on {mount[0]} ({mount[3]}{journal})";
    }

    private static string Commit()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["describe", "--always", "--dirty", "--abbrev=12"]) { WorkingDirectory = AppContext.BaseDirectory, RedirectStandardOutput = true, RedirectStandardError = true });
            var id = git!.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return id.Length > 0 ? id : "unknown";
        }
        catch (Win32Exception)
        {
            return "unknown (no git)";
        }
    }

    // About 10 to 20 µs; hundreds of µs after many deletes, and then no row of saves is meaningful.
    private static double SecondsToCreateFile(string folder)
    {
        const int Files = 300;
        var target = Directory.CreateDirectory(Path.Combine(folder, "create")).FullName;
        var samples = new double[Files];
        for (var i = 0; i < Files; i++)
        {
            var path = Path.Combine(target, i.ToString(CultureInfo.InvariantCulture));
            var start = Stopwatch.GetTimestamp();
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write).Dispose();
            samples[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return Spread.Of(samples).Median;
    }

    private static string? FirstLineOf(string path) => LinesOf(path).FirstOrDefault();

    private static IEnumerable<string> LinesOf(string path) => File.Exists(path) ? File.ReadLines(path) : [];
}
