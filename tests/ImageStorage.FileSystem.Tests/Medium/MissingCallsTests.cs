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

    [TestCase("link", "ENOSYS")]
    [TestCase("link", "EPERM")]
    [TestCase("statx", "ENOSYS")]
    [TestCase("openat2", "ENOSYS")]
    public async Task A_store_works_without_the_call(string call, string error)
    {
        SkipWithoutStrace();
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        var trace = folder.Combine("trace");
        using var process = Process.Start(new ProcessStartInfo("strace",
        [
            "-f", "--seccomp-bpf", "-qq", "-o", trace, "-e", $"trace={call}", "-e", $"inject={call}:error={error}",
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "test", typeof(MissingCallsTests).Assembly.Location,
            "--filter", "FullyQualifiedName~Conformance.FullVersion|FullyQualifiedName~Conformance.FullLoss",
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
            Assert.That(await File.ReadAllTextAsync(trace, patience.Token), Does.Contain("(INJECTED)"), "The call was never made, so the test shows nothing.");
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
