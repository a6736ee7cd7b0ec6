using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.FileSystem.Volumes;

/// <summary>
/// System calls that .NET lacks, does not check, or surrounds with three or four other calls (fstat, flock, lseek,
/// lstat), which take a third of the time of a small read. Paths are UTF-8 and end with a zero byte.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static unsafe partial class UnixCalls
{
    private const int CurrentDirectory = -100;
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int CreateExclusively = ReadWrite | 0x40 | 0x80;
    private const int ReadableByAll = 0x1B6;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int LockRelease = 8;
    private const int FullFsync = 51;
    private const int NonBlocking = 0x800;
    private const int OpenAt2Number = 437;
    private const ulong ResolveNoSymlinks = 0x04;

    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x0100_0000 : 0x8_0000;
    private static bool _openAt2Missing = !OperatingSystem.IsLinux();

    /// <summary>Gets whether the ABI of the calls that create and read files is known on this platform.</summary>
    public static bool HasFileCalls { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Makes a file durable. The flush of .NET hides a failing fsync on Linux.</summary>
    public static void Flush(SafeFileHandle handle, string name) => Sync(handle, name, isFolder: false);

    /// <summary>Makes the entries of a folder durable, or reports that the file system cannot.</summary>
    public static void FlushDirectory(SafeFileHandle handle, string name) => Sync(handle, name, isFolder: true);

    private static void Sync(SafeFileHandle handle, string name, bool isFolder)
    {
        var fd = Descriptor(handle);

        // fsync on macOS stops at the cache of the drive; only F_FULLFSYNC flushes it. Some file systems do not have
        // it.
        if (OperatingSystem.IsMacOS() && fcntl(fd, FullFsync) == 0)
        {
            return;
        }

        while (fsync(fd) != 0)
        {
            if (isFolder && Errno.MeansNoFolderFlush(Marshal.GetLastPInvokeError()))
            {
                throw new VolumeFailureException(
                    $"the file system cannot make folders durable (fsync of a folder: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())})",
                    "Use another file system, or set Durability to Relaxed, which promises nothing for a power cut.",
                    isTransient: false);
            }

            ThrowUnlessInterrupted("fsync", name);
        }

        GC.KeepAlive(handle);
    }

    /// <summary>
    /// Starts writing the first bytes of a file to the medium (64-bit Linux). The result is not checked: <see
    /// cref="Flush"/> still reports every error.
    /// </summary>
    public static void StartFlush(SafeFileHandle handle, long length)
    {
        const uint Write = 2;
        if (HasFileCalls)
        {
            _ = sync_file_range(Descriptor(handle), 0, length, Write);
            GC.KeepAlive(handle);
        }
    }

    /// <summary>
    /// Reserves space for a file without changing its length, so that a full disk shows before the first byte (64-bit
    /// Linux). Does nothing if the file system does not support it.
    /// </summary>
    public static void Reserve(SafeFileHandle handle, long length, string name)
    {
        const int KeepSize = 1;
        while (length > 0 && fallocate(Descriptor(handle), KeepSize, 0, (nint)length) != 0)
        {
            if (Errno.MeansNoReservation(Marshal.GetLastPInvokeError()))
            {
                break;
            }

            ThrowUnlessInterrupted("fallocate", name);
        }

        GC.KeepAlive(handle);
    }

    public static SafeFileHandle OpenDirectory(ReadOnlySpan<byte> path, string name) => Open(path, ReadOnly, name);

    public static SafeFileHandle OpenForLock(ReadOnlySpan<byte> path, string name) => Open(path, ReadWrite, name);

    public static bool TryLock(SafeFileHandle handle, string name)
    {
        while (flock(Descriptor(handle), LockExclusive | LockNonBlocking) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Errno.TryAgain)
            {
                return false;
            }

            if (Errno.MeansNoLock(error) || error == Errno.NoLocks)
            {
                throw new VolumeFailureException(
                    $"the file system cannot lock files (flock: {Marshal.GetPInvokeErrorMessage(error)})",
                    "Without locks, processes would overwrite each other: mount the file system with locks, or use another file system.",
                    isTransient: error == Errno.NoLocks);
            }

            ThrowUnlessInterrupted("flock", name);
        }

        return true;
    }

    public static void Unlock(SafeFileHandle handle, string name)
    {
        while (flock(Descriptor(handle), LockRelease) != 0)
        {
            ThrowUnlessInterrupted("flock", name);
        }
    }

    /// <summary>
    /// Opens a file for reading. The kernel ensures that no component of the path is a link (openat2, Linux 5.6). The
    /// handle is <see langword="null"/> if there is no such file. The call does not wait for the writer of a FIFO.
    /// </summary>
    /// <returns><see langword="false"/> if the kernel or a sandbox does not have the call.</returns>
    public static bool TryOpenWithoutLinks(ReadOnlySpan<byte> path, string name, out SafeFileHandle? handle)
    {
        handle = null;
        if (_openAt2Missing)
        {
            return false;
        }

        var how = new OpenHow { Flags = (ulong)(CloseOnExec | NonBlocking), Resolve = ResolveNoSymlinks };
        fixed (byte* text = path)
        {
            while (true)
            {
                var fd = syscall(OpenAt2Number, CurrentDirectory, text, &how, (nuint)sizeof(OpenHow));
                if (fd >= 0)
                {
                    handle = new SafeFileHandle(fd, ownsHandle: true);
                    return true;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case Errno.NoEntry or Errno.NotADirectory:
                        return true;
                    case var error when error == Errno.Interrupted || error == Errno.TryAgain:
                        // A signal, a rename that crossed the lookup, or the lease of a file server, which the next call
                        // waits for.
                        how.Flags = (ulong)CloseOnExec;
                        continue;
                    case var error when Errno.MeansUnknownCall(error):
                        _openAt2Missing = true;
                        return false;
                    case var error when error == Errno.TooManyLinks:
                        throw new LinkRefusedException(name);
                    default:
                        throw Failure("open", name);
                }
            }
        }
    }

    /// <summary>Reads at an offset. Returns fewer bytes only at the end of the file.</summary>
    public static int Read(SafeFileHandle handle, Span<byte> buffer, long offset, string name)
    {
        var total = 0;
        fixed (byte* start = buffer)
        {
            while (total < buffer.Length)
            {
                var read = (int)pread(Descriptor(handle), start + total, (nuint)(buffer.Length - total), (nint)(offset + total));
                if (read == 0 || (read < 0 && Marshal.GetLastPInvokeError() == Errno.NotSeekable))
                {
                    // The end, or a FIFO, which has no bytes of the store.
                    break;
                }

                if (read < 0)
                {
                    ThrowUnlessInterrupted("pread", name);
                    continue;
                }

                total += read;
            }
        }

        GC.KeepAlive(handle);
        return total;
    }

    /// <summary>Creates a file that must not exist, for writing and reading back.</summary>
    public static SafeFileHandle CreateNew(ReadOnlySpan<byte> path, string name)
    {
        fixed (byte* text = path)
        {
            while (true)
            {
                var fd = open(text, CreateExclusively | CloseOnExec, ReadableByAll);
                if (fd >= 0)
                {
                    return new SafeFileHandle(fd, ownsHandle: true);
                }

                ThrowUnlessInterrupted("open", name);
            }
        }
    }

    public static bool Exists(ReadOnlySpan<byte> path, string name)
    {
        fixed (byte* text = path)
        {
            return access(text, 0) == 0 || (Marshal.GetLastPInvokeError() is Errno.NoEntry or Errno.NotADirectory ? false : throw Failure("access", name));
        }
    }

    public static void Rename(ReadOnlySpan<byte> source, ReadOnlySpan<byte> target, string name)
    {
        fixed (byte* from = source)
        fixed (byte* to = target)
        {
            while (rename(from, to) != 0)
            {
                if (Marshal.GetLastPInvokeError() == Errno.CrossDevice)
                {
                    throw new VolumeFailureException("the folders of the store are on different file systems", "Keep the complete store on one file system, because a rename commits each file and cannot cross file systems.", isTransient: false);
                }

                ThrowUnlessInterrupted("rename", name);
            }
        }
    }

    /// <summary>Gives a file a second name. Returns <see langword="false"/> if no other name is allowed.</summary>
    public static bool TryLink(ReadOnlySpan<byte> source, ReadOnlySpan<byte> target, string name)
    {
        fixed (byte* from = source)
        fixed (byte* to = target)
        {
            while (link(from, to) != 0)
            {
                if (Errno.MeansNoLink(Marshal.GetLastPInvokeError()))
                {
                    return false;
                }

                ThrowUnlessInterrupted("link", name);
            }
        }

        return true;
    }

    /// <summary>Deletes a file. Returns <see langword="true"/> if it existed.</summary>
    public static bool Delete(ReadOnlySpan<byte> path, string name)
    {
        fixed (byte* text = path)
        {
            while (unlink(text) != 0)
            {
                if (Marshal.GetLastPInvokeError() is Errno.NoEntry or Errno.NotADirectory)
                {
                    return false;
                }

                ThrowUnlessInterrupted("unlink", name);
            }

            return true;
        }
    }

    /// <summary>Returns the path with all links resolved. The path must exist.</summary>
    public static string RealPath(string path)
    {
        const int PathMax = 4096 + 1;
        var buffer = stackalloc byte[PathMax];
        return realpath(path, buffer) == null ? throw Failure("realpath", Path.GetFileName(path)) : Marshal.PtrToStringUTF8((nint)buffer)!;
    }

    private static SafeFileHandle Open(ReadOnlySpan<byte> path, int flags, string name)
    {
        fixed (byte* text = path)
        {
            while (true)
            {
                // Without O_CREAT the mode is not read, so the form without the mode is correct on every ABI.
                var fd = open(text, flags | CloseOnExec);
                if (fd >= 0)
                {
                    return new SafeFileHandle(fd, ownsHandle: true);
                }

                ThrowUnlessInterrupted("open", name);
            }
        }
    }

    private static int Descriptor(SafeFileHandle handle)
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, handle);
        return (int)handle.DangerousGetHandle();
    }

    private static void ThrowUnlessInterrupted(string call, string name)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error is Errno.NoEntry or Errno.NotADirectory)
        {
            throw new DirectoryNotFoundException("A folder of the store is missing.");
        }

        if (error != Errno.Interrupted)
        {
            throw Failure(call, name);
        }
    }

    private static Exception Failure(string call, string name)
    {
        var error = Marshal.GetLastPInvokeError();
        var message = $"{call} failed with error {error} ({Marshal.GetPInvokeErrorMessage(error)}) on '{Path.GetFileName(name)}'.";
        return error is Errno.AccessDenied or Errno.NotPermitted ? new UnauthorizedAccessException(message) : new IOException(message, error);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    // The names of C library functions are not changed.
#pragma warning disable IDE1006
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int fd);

    [LibraryImport("libc")]
    private static partial int sync_file_range(int fd, long offset, long count, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(int fd, int operation);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate(int fd, int mode, nint offset, nint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int access(byte* path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int rename(byte* source, byte* target);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int link(byte* source, byte* target);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlink(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(int fd, byte* buffer, nuint count, nint offset);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* realpath(string path, byte* resolved);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint directory, byte* path, OpenHow* how, nuint size);
#pragma warning restore IDE1006
}
