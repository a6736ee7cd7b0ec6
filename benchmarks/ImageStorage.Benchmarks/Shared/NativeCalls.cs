using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Benchmarks.Shared;

/// <summary>The flushes of the raw baseline, with checked results.</summary>
internal static partial class NativeCalls
{
    public static void Flush(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
        {
            RandomAccess.FlushToDisk(file);
        }
        else
        {
            Check(fsync((int)file.DangerousGetHandle()), "fsync");
        }
    }

    public static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // This system has no such call and does not need it.
            return;
        }

        var directory = open(path, 0);
        Check(directory, "open");
        var result = fsync(directory);
        _ = close(directory);
        Check(result, "fsync");
    }

    /// <summary>Writes out the page cache, so that a measurement does not pay for earlier ones.</summary>
    public static void Settle()
    {
        if (!OperatingSystem.IsWindows())
        {
            sync();
        }
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            throw new IOException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    // The names are those of the C library.
#pragma warning disable IDE1006
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc")]
    private static partial void sync();
#pragma warning restore IDE1006
}
