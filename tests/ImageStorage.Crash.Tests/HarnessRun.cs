using System.Diagnostics;

namespace ImageStorage.Crash.Tests;

/// <summary>Runs the crash harness as a program, and passes its output on.</summary>
internal static class HarnessRun
{
    private const string HarnessName = "ImageStorage.CrashHarness";
    private const int Sound = 0;
    private const int Skipped = 77;

    // Built together with this assembly, in the same configuration: bin/<configuration>/<framework> of its own project.
    private static readonly string Harness = Path.Join(
        AppContext.BaseDirectory.Replace(typeof(HarnessRun).Assembly.GetName().Name!, HarnessName, StringComparison.Ordinal), HarnessName + ".dll");

    /// <summary>
    /// Runs campaigns. The test fails or is skipped as the campaigns are. The output contains the seed and, after a
    /// failure, the folder with the evidence.
    /// </summary>
    public static Task AssertSoundAsync(params string[] arguments) => AssertSoundWithAsync([], arguments);

    /// <summary>Runs campaigns in a process with environment variables.</summary>
    public static async Task AssertSoundWithAsync(IEnumerable<(string Name, string Value)> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Harness, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        output += await errors;
        await TestContext.Out.WriteLineAsync(output);
        if (process.ExitCode == Skipped)
        {
            Assert.Ignore(output);
        }

        Assert.That(process.ExitCode, Is.EqualTo(Sound), output);
    }
}
