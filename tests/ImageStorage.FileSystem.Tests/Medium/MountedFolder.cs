using System.Diagnostics;
using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Medium;

/// <summary>A small separate file system in memory. Needs root on Linux, and skips the test elsewhere.</summary>
internal sealed class MountedFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private bool _isMounted = true;

    public MountedFolder(string options)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Mounting a small file system needs root on Linux.");
        }

        Directory.CreateDirectory(_folder.Path);
        if (!TryRun("mount", "-t", "tmpfs", "-o", options, "imagestorage", _folder.Path))
        {
            // In CI, a test that cannot run is a failure. A developer's container may forbid mounts.
            _folder.Dispose();
            const string Reason = "This system does not let root mount a tmpfs.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Reason);
            }

            Assert.Ignore(Reason);
        }
    }

    public string Path => _folder.Path;

    public void MakeReadOnly() => Assert.That(TryRun("mount", "-o", "remount,ro", _folder.Path), Is.True);

    /// <summary>Unmounts the file system, lazily if files are open. An empty folder remains.</summary>
    public void Unmount()
    {
        if (_isMounted && !TryRun("umount", _folder.Path))
        {
            TryRun("umount", "-l", _folder.Path);
        }

        _isMounted = false;
    }

    public void Dispose()
    {
        Unmount();
        _folder.Dispose();
    }

    private static bool TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
