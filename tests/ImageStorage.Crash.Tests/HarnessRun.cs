using System.Diagnostics;

namespace ImageStorage.Crash.Tests;

/// <summary>Runs the crash harness as the program that it is, and passes on what it says.</summary>
internal static class HarnessRun
{
    private const string HarnessName = "ImageStorage.CrashHarness";
    private const int Sound = 0;
    private const int Skipped = 77;

    // Built beside this assembly, in the same configuration: bin/<configuration>/<framework> of its own project.
    private static readonly string Harness = Path.Join(
        AppContext.BaseDirectory.Replace(typeof(HarnessRun).Assembly.GetName().Name!, HarnessName, StringComparison.Ordinal), HarnessName + ".dll");

    /// <summary>Runs campaigns; the test fails, or is skipped, as they do. Their seed is in the output, and so is, after a failure, where the evidence lies.</summary>
    public static Task AssertSoundAsync(params string[] arguments) => AssertSoundWithAsync([], arguments);

    /// <summary>The same in a process with these environment variables.</summary>
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
