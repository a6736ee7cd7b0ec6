using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.LiteDb.Files;

/// <summary>
/// Makes a file or folder durable, and throws when that fails. .NET's own flush hides a failed fsync on Linux, where
/// the kernel may have dropped the unwritten pages.
/// </summary>
internal static unsafe partial class CheckedFlush
{
    private const int Interrupted = 4;
    private const int FullFsync = 51;
    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x0100_0000 : 0x8_0000;

    /// <summary>Flushes the bytes and the metadata of a file.</summary>
    public static void File(SafeFileHandle handle) => Flush(handle, bytesOnly: false);

    /// <summary>
    /// Flushes the bytes of a file and a length that has grown, but no times. Only Linux distinguishes this from
    /// <see cref="File"/>.
    /// </summary>
    public static void Bytes(SafeFileHandle handle) => Flush(handle, bytesOnly: true);

    /// <summary>Flushes the entries of a folder.</summary>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS has a journal of names; Windows cannot flush a folder and does not need to.
            return;
        }

        using var handle = OpenFolder(Encoding.UTF8.GetBytes(path + '\0'));
        Unix((int)handle.DangerousGetHandle(), bytesOnly: false);
    }

    private static void Flush(SafeFileHandle handle, bool bytesOnly)
    {
        if (OperatingSystem.IsWindows())
        {
            // Windows reports the failure of FlushFileBuffers, so .NET's own flush is correct here.
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
                // O_RDONLY is 0; a folder cannot be opened for writing.
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
        // fsync on macOS stops at the cache of the drive; F_FULLFSYNC does not. Some file systems lack F_FULLFSYNC.
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

    // Names of functions of the C library.
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
