using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.LiteDb.Files;

/// <summary>Tells whether a path still leads to an open file. On Linux by file system and inode, which one system call returns; a file that is open keeps its inode for itself.</summary>
/// <remarks>
/// Windows neither deletes nor renames a file that is open without sharing, nor a folder above one, so the answer there is always yes. On macOS,
/// whose call returns another structure on each processor, only a path that leads to no file is noticed.
/// </remarks>
internal sealed unsafe partial class FileIdentity
{
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const uint InodeOnly = 0x100;
    private const int NoEntry = 2;
    private const int Interrupted = 4;
    private const int NotADirectory = 20;
    private const int NoSystemCall = 38;
    private static bool _statMissing = !OperatingSystem.IsLinux();

    private readonly string _path;
    private readonly byte[] _native;
    private readonly (uint Major, uint Minor, ulong Inode)? _identity;

    /// <param name="path">Where the file was opened.</param>
    /// <param name="handle">The open file.</param>
    public FileIdentity(string path, SafeFileHandle handle)
    {
        _path = path;
        _native = OperatingSystem.IsLinux() ? Encoding.UTF8.GetBytes(path + '\0') : [];
        if (OperatingSystem.IsLinux())
        {
            TryLook((int)handle.DangerousGetHandle(), "\0"u8, EmptyPath, out _identity);
            GC.KeepAlive(handle);
        }
    }

    /// <summary>Returns whether the path still leads to the file.</summary>
    public bool IsInPlace()
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        return OperatingSystem.IsLinux() && _identity is not null && TryLook(CurrentDirectory, _native, 0, out var found) ? found == _identity : File.Exists(_path);
    }

    /// <summary>Looks at a file; nothing is found where there is none.</summary>
    /// <returns>False where the system does not have the call.</returns>
    [SupportedOSPlatform("linux")]
    private static bool TryLook(int folder, ReadOnlySpan<byte> path, int flags, out (uint, uint, ulong)? found)
    {
        found = null;
        if (_statMissing)
        {
            return false;
        }

        StatX stat = default;
        try
        {
            fixed (byte* text = path)
            {
                while (statx(folder, text, flags, InodeOnly, &stat) != 0)
                {
                    switch (Marshal.GetLastPInvokeError())
                    {
                        case NoEntry or NotADirectory:
                            return true;
                        case Interrupted:
                            continue;
                        case NoSystemCall:
                            _statMissing = true;
                            return false;
                        case var error:
                            throw new IOException($"statx failed with error {error} ({Marshal.GetPInvokeErrorMessage(error)}).", error);
                    }
                }
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before the call.
            _statMissing = true;
            return false;
        }

        found = (stat.DeviceMajor, stat.DeviceMinor, stat.Inode);
        return true;
    }

    /// <summary>The kernel's <c>struct statx</c>, the same on every processor; the fields that are used, at their offsets.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatX
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    // The names of the C library's functions are as they are.
#pragma warning disable IDE1006
    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int folder, byte* path, int flags, uint mask, StatX* stat);
#pragma warning restore IDE1006
}
