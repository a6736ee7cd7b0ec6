using System.Diagnostics;
using ImageStorage.CrashHarness.Campaigns;

namespace ImageStorage.CrashHarness.Workers;

/// <summary>The programs of the system that campaigns need.</summary>
internal static class Tools
{
    /// <summary>Returns the full path of a program; null if the program is not installed.</summary>
    public static string? Find(string program) =>
        // The path of an ordinary user often does not contain sbin.
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Concat(["/usr/sbin", "/sbin", "/usr/bin", "/bin"])
            .Select(folder => Path.Join(folder, program))
            .FirstOrDefault(File.Exists);

    /// <exception cref="MissingPartException">The program is not installed.</exception>
    public static string Require(string program, string package) =>
        Find(program) ?? throw new MissingPartException($"{program} is not installed (Debian: apt-get install {package})");

    /// <summary>Runs a program to its end. Returns its exit code and its output.</summary>
    public static (int ExitCode, string Output) Run(string program, params IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult() + errors);
    }

    /// <exception cref="InvalidOperationException">The program failed.</exception>
    public static void Do(string program, params IReadOnlyList<string> arguments)
    {
        var (exitCode, output) = Run(program, arguments);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {exitCode}: {output}");
        }
    }
}
