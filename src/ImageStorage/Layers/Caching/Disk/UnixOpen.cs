using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// Opens a file for reading with one system call, without following links. .NET makes five system calls (lstat, open,
/// fstat, flock and a final flock), which were a fifth of the time of a hit.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static partial class UnixOpen
{
    private const int NoEntry = 2;
    private const int Interrupted = 4;
    private const int AccessDenied = 13;
    private const int NotADirectory = 20;
    private const int NotPermitted = 1;
    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x0100_0000 : 0x8_0000;
    private static readonly int TooManyLinks = OperatingSystem.IsMacOS() ? 62 : 40;

    // The value of O_NOFOLLOW depends on the processor.
    private static readonly int NoFollow = OperatingSystem.IsMacOS() ? 0x100 : RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 or Architecture.X86 => 0x2_0000,
        Architecture.Arm64 or Architecture.Arm => 0x8000,
        _ => 0,
    };

    /// <summary>Gets a value that indicates whether the flags of this platform are known.</summary>
    public static bool IsKnown { get; } = (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()) && NoFollow != 0;

    /// <summary>Opens a file. Returns null if the file is missing or a link.</summary>
    public static SafeFileHandle? TryOpen(string path)
    {
        while (true)
        {
            // Without O_CREAT no mode argument is read, so this signature is correct on every ABI.
            var descriptor = open(path, CloseOnExec | NoFollow);
            if (descriptor >= 0)
            {
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case NoEntry or NotADirectory:
                    return null;
                case Interrupted:
                    continue;
                case AccessDenied or NotPermitted:
                    throw new UnauthorizedAccessException("An entry of the cache may not be opened.");
                case var error when error == TooManyLinks:
                    return null;
                case var error:
                    throw new IOException($"open failed with error {error} ({Marshal.GetPInvokeErrorMessage(error)}).", error);
            }
        }
    }

    // The name is that of the function in the C library.
#pragma warning disable IDE1006
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);
#pragma warning restore IDE1006
}
