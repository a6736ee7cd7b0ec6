using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.LiteDb.Files;

/// <summary>
/// Makes a file or folder durable, and says when that failed. .NET's own flush hides a failed fsync on Linux, where the
/// kernel may have dropped the unwritten pages by then.
/// </summary>
internal static unsafe partial class CheckedFlush
{
    private const int Interrupted = 4;
    private const int FullFsync = 51;
    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x0100_0000 : 0x8_0000;

    public static void File(SafeFileHandle handle) => Flush(handle, bytesOnly: false);

    /// <summary>The bytes of a file and a length that has grown, but not its times; the same as <see cref="File"/> where the system does not tell them apart.</summary>
    public static void Bytes(SafeFileHandle handle) => Flush(handle, bytesOnly: true);

    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS keeps its own journal of names; there is no way, and no need, to flush a folder on Windows.
            return;
        }

        using var handle = OpenFolder(Encoding.UTF8.GetBytes(path + '\0'));
        Unix((int)handle.DangerousGetHandle(), bytesOnly: false);
    }

    private static void Flush(SafeFileHandle handle, bool bytesOnly)
    {
        if (OperatingSystem.IsWindows())
        {
            // Windows reports the failure of FlushFileBuffers, so .NET's own flush is right here.
#pragma warning disable RS0030
            RandomAccess.FlushToDisk(handle);
#pragma warning restore RS0030
            return;
        }

        Unix((int)handle.DangerousGetHandle(), bytesOnly);
        GC.KeepAlive(handle);
    }

    private static SafeFileHandle OpenFolder(byte[] path)
    {
        fixed (byte* text = path)
        {
            while (true)
            {
                // Reading only, which is 0: a folder cannot be opened for more.
                var descriptor = open(text, CloseOnExec);
                if (descriptor >= 0)
                {
                    return new SafeFileHandle(descriptor, ownsHandle: true);
                }

                ThrowUnlessInterrupted("open");
            }
        }
    }

    private static void Unix(int descriptor, bool bytesOnly)
    {
        // fsync on macOS stops at the drive's cache; only F_FULLFSYNC goes through it. Some file systems do not have it.
        if (OperatingSystem.IsMacOS() && fcntl(descriptor, FullFsync) == 0)
        {
            return;
        }

        bytesOnly &= OperatingSystem.IsLinux();
        while ((bytesOnly ? fdatasync(descriptor) : fsync(descriptor)) != 0)
        {
            ThrowUnlessInterrupted(bytesOnly ? "fdatasync" : "fsync");
        }
    }

    private static void ThrowUnlessInterrupted(string call)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
        {
            throw new IOException($"{call} failed with error {error} ({Marshal.GetPInvokeErrorMessage(error)}).", error);
        }
    }

    // The names of the C library's functions are as they are.
#pragma warning disable IDE1006
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags);
#pragma warning restore IDE1006
}
