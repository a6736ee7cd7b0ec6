using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ImageStorage.CrashHarness.Power;

/// <summary>System calls without a method in .NET.</summary>
internal static partial class LinuxCalls
{
    // EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN are the same: _IOR('X', 125, __u32).
    private const nuint ShutDown = 0x8004_587D;
    private const uint WithoutFlushingTheLog = 2;
    private const int SigCont = 18;
    private const int SigStop = 19;
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x8_0000;

    public static bool IsRoot => OperatingSystem.IsLinux() && geteuid() == 0;

    /// <summary>Stops a process until <see cref="Continue"/>. The process does not notice.</summary>
    public static void Stop(int process) => Signal(process, SigStop);

    public static void Continue(int process) => Signal(process, SigCont);

    /// <summary>
    /// Stops a mounted ext4 or xfs at once: neither data nor journal reach the medium any more. Unflushed data is gone
    /// at the next mount, as after a power cut.
    /// </summary>
    public static void CutPower(string mountPoint)
    {
        var fd = open(mountPoint, ReadOnly | CloseOnExec);
        if (fd < 0)
        {
            throw new Win32Exception();
        }

        try
        {
            var how = WithoutFlushingTheLog;
            if (ioctl(fd, ShutDown, ref how) != 0)
            {
                throw new Win32Exception();
            }
        }
        finally
        {
            _ = close(fd);
        }
    }

    // These are the names of the C library's functions.
#pragma warning disable IDE1006
    private static void Signal(int process, int signal)
    {
        if (kill(process, signal) != 0)
        {
            throw new Win32Exception();
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    // open and ioctl are variadic; on Linux the ABI passes these arguments as for any other function.
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, ref uint argument);

    [LibraryImport("libc")]
    private static partial int close(int fd);
#pragma warning restore IDE1006
}
