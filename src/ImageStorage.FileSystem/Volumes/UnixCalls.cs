using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.FileSystem.Volumes;

/// <summary>The system calls that .NET lacks or does not check, for Linux and macOS.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class UnixCalls
{
    private const int CurrentDirectory = -100;
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int LockRelease = 8;
    private const int FullFsync = 51;
    private const int OpenAt2Number = 437;
    private const ulong ResolveNoSymlinks = 0x04;

    private const int NoEntry = 2;
    private const int Interrupted = 4;
    private const int NotADirectory = 20;
    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x0100_0000 : 0x8_0000;
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;
    private static readonly int TooManyLinks = OperatingSystem.IsMacOS() ? 62 : 40;
    private static bool _openAt2Missing = !OperatingSystem.IsLinux();

    /// <summary>
    /// Makes the file or folder behind a handle durable. .NET's own flush hides the failure of fsync on Linux, which is
    /// why it is not used.
    /// </summary>
    public static void Flush(SafeFileHandle handle, string path)
    {
        var fd = (int)handle.DangerousGetHandle();

        // fsync on macOS stops at the drive's cache; only F_FULLFSYNC goes through it. Some file systems do not have it.
        if (OperatingSystem.IsMacOS() && fcntl(fd, FullFsync) == 0)
        {
            return;
        }

        while (fsync(fd) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw Failure("fsync", error, path);
            }
        }

        GC.KeepAlive(handle);
    }

    public static void FlushDirectory(string fullPath)
    {
        using var handle = Open(fullPath, ReadOnly);
        Flush(handle, fullPath);
    }

    public static SafeFileHandle OpenForLock(string fullPath) => Open(fullPath, ReadWrite);

    /// <summary>The path with all links resolved; it must exist.</summary>
    public static unsafe string RealPath(string fullPath)
    {
        const int PathMax = 4096 + 1;
        var buffer = stackalloc byte[PathMax];
        return realpath(fullPath, buffer) == null
            ? throw Failure("realpath", Marshal.GetLastPInvokeError(), fullPath)
            : Marshal.PtrToStringUTF8((nint)buffer)!;
    }

    public static bool TryLock(SafeFileHandle handle)
    {
        while (true)
        {
            if (flock((int)handle.DangerousGetHandle(), LockExclusive | LockNonBlocking) == 0)
            {
                return true;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == WouldBlock)
            {
                return false;
            }

            if (error != Interrupted)
            {
                throw Failure("flock", error, "the lock file");
            }
        }
    }

    public static void Unlock(SafeFileHandle handle)
    {
        if (flock((int)handle.DangerousGetHandle(), LockRelease) != 0)
        {
            throw Failure("flock", Marshal.GetLastPInvokeError(), "the lock file");
        }
    }

    /// <summary>
    /// Opens a file for reading, with the kernel making sure that no component of the path is a link (openat2, Linux 5.6).
    /// Null when there is no such file.
    /// </summary>
    /// <returns>False when the kernel or a sandbox does not have the call.</returns>
    public static unsafe bool TryOpenWithoutLinks(string fullPath, out SafeFileHandle? handle)
    {
        handle = null;
        if (_openAt2Missing)
        {
            return false;
        }

        const int Short = 1024;
        var capacity = Encoding.UTF8.GetMaxByteCount(fullPath.Length) + 1;
        Span<byte> utf8 = capacity <= Short ? stackalloc byte[Short] : new byte[capacity];
        utf8[Encoding.UTF8.GetBytes(fullPath, utf8)] = 0;
        var how = new OpenHow { Flags = (ulong)CloseOnExec, Resolve = ResolveNoSymlinks };
        fixed (byte* name = utf8)
        {
            while (true)
            {
                var fd = syscall(OpenAt2Number, CurrentDirectory, name, &how, (nuint)sizeof(OpenHow));
                if (fd >= 0)
                {
                    handle = new SafeFileHandle((nint)fd, ownsHandle: true);
                    return true;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case NoEntry or NotADirectory:
                        return true;
                    case Interrupted or 11:
                        // EAGAIN: a rename crossed the lookup.
                        continue;
                    case 38 or 1 or 22:
                        // ENOSYS, or EPERM and EINVAL from sandboxes that do not know the call.
                        _openAt2Missing = true;
                        return false;
                    case var error when error == TooManyLinks:
                        throw new IOException($"'{Path.GetFileName(fullPath)}' lies behind a symbolic link, which is not followed.", error);
                    case var error:
                        throw Failure("open", error, fullPath);
                }
            }
        }
    }

    private static SafeFileHandle Open(string fullPath, int flags)
    {
        while (true)
        {
            var fd = open(fullPath, flags | CloseOnExec);
            if (fd >= 0)
            {
                return new SafeFileHandle(fd, ownsHandle: true);
            }

            var error = Marshal.GetLastPInvokeError();
            if (error is NoEntry or NotADirectory)
            {
                throw new DirectoryNotFoundException("A folder of the store is gone.");
            }

            if (error != Interrupted)
            {
                throw Failure("open", error, Path.GetFileName(fullPath));
            }
        }
    }

    private static Exception Failure(string call, int error, string path)
    {
        var message = $"{call} failed with error {error} ({Marshal.GetPInvokeErrorMessage(error)}) on '{Path.GetFileName(path)}'.";
        return error is 13 or 1 ? new UnauthorizedAccessException(message) : new IOException(message, error);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    // The names of the C library's functions are as they are.
#pragma warning disable IDE1006
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(int fd, int operation);

    // open is variadic; without O_CREAT the mode is not read, so this form is right on every ABI.
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial byte* realpath(string path, byte* resolved);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint syscall(nint number, nint directory, byte* path, OpenHow* how, nuint size);
#pragma warning restore IDE1006
}
