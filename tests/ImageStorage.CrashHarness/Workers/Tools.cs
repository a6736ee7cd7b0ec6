using System.Diagnostics;
using ImageStorage.CrashHarness.Campaigns;

namespace ImageStorage.CrashHarness.Workers;

/// <summary>Programs of the system that campaigns need.</summary>
internal static class Tools
{
    /// <summary>The full path of a program, or null when it is not installed.</summary>
    public static string? Find(string program) =>
        // Ordinary users often have no sbin on their path.
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Concat(["/usr/sbin", "/sbin", "/usr/bin", "/bin"])
            .Select(folder => Path.Join(folder, program))
            .FirstOrDefault(File.Exists);

    /// <exception cref="MissingPartException">It is not installed.</exception>
    public static string Require(string program, string package) =>
        Find(program) ?? throw new MissingPartException($"{program} is not installed (Debian: apt-get install {package})");

    /// <summary>Runs a program to its end; answers its exit code and all that it printed.</summary>
    public static (int ExitCode, string Output) Run(string program, params IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult() + errors);
    }

    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static void Do(string program, params IReadOnlyList<string> arguments)
    {
        var (exitCode, output) = Run(program, arguments);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {exitCode}: {output}");
        }
    }
}
