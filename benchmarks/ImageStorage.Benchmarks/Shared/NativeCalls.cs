using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Benchmarks.Shared;

/// <summary>The flushes of the raw baseline, each with its result checked, as a program that means it would do.</summary>
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
            // There is no such thing, and no need.
            return;
        }

        var directory = open(path, 0);
        Check(directory, "open");
        var result = fsync(directory);
        _ = close(directory);
        Check(result, "fsync");
    }

    /// <summary>Writes out what earlier measurements left in the page cache, so that the next does not pay for them.</summary>
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

    // The names of the C library's functions are as they are.
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
