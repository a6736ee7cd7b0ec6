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

    /// <summary>Reads a folder once, and returns the number of its entries.</summary>
    public static int CountEntries(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return Directory.EnumerateFileSystemEntries(path).Count();
        }

        var directory = opendir(path);
        if (directory == 0)
        {
            Check(-1, "opendir");
        }

        // The entries of the folder itself and of its parent.
        var count = -2;
        while (readdir(directory) != 0)
        {
            count++;
        }

        _ = closedir(directory);
        return count;
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

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint opendir(string path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readdir(nint directory);

    [LibraryImport("libc")]
    private static partial int closedir(nint directory);

    [LibraryImport("libc")]
    private static partial void sync();
#pragma warning restore IDE1006
}
