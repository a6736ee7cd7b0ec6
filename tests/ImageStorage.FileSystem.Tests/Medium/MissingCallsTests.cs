using System.Diagnostics;
using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Medium;

/// <summary>
/// The provider on a system without a call: parts of the conformance suite, in a separate process in which strace makes
/// the call fail.
/// </summary>
[Platform(Include = "Linux")]
public sealed class MissingCallsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // Links, the identity of a file and copies have nothing in common, so one process does without all. Which errors mean that a
    // call is missing is tested by UnsupportedCallsTests.
    [TestCase("link", "statx", "copy_file_range")]
    [TestCase("openat2")]
    public async Task A_store_works_without_the_calls(params string[] calls)
    {
        SkipWithoutStrace();
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        var trace = folder.Combine("trace");
        using var process = Process.Start(new ProcessStartInfo("strace",
        [
            "-f", "--seccomp-bpf", "-qq", "-o", trace, "-e", $"trace={string.Join(',', calls)}", .. calls.SelectMany(call => new[] { "-e", $"inject={call}:error=ENOSYS" }),
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "test", typeof(MissingCallsTests).Assembly.Location,
            "--filter", "FullyQualifiedName~Conformance.FullVersion|FullyQualifiedName~Conformance.FullLoss|FullyQualifiedName~Conformance.FullCopy.Copy_has",
            "--", "NUnit.PreFilter=true",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token) + await errors;
            await process.WaitForExitAsync(patience.Token);

            Assert.That(process.ExitCode, Is.Zero, output);
            Assert.That(output, Does.Contain("Passed!"), output);
            var traced = await File.ReadAllTextAsync(trace, patience.Token);
            foreach (var call in calls)
            {
                Assert.That(traced, Does.Match($@"\b{call}\b.*\(INJECTED\)"), $"{call} was never called, so the test shows nothing.");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static void SkipWithoutStrace()
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "strace")));
        if (!isThere)
        {
            // In CI, a test that cannot run is a failure.
            const string Reason = "strace is not installed.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Reason);
            }

            Assert.Ignore(Reason);
        }
    }
}
