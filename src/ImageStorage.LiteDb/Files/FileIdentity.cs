using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.LiteDb.Files;

/// <summary>
/// Determines whether a path still leads to an open file. On Linux by file system and inode, with one system call; no
/// other file can have the inode of an open file.
/// </summary>
/// <remarks>
/// Windows neither deletes nor renames a file that is open without sharing, nor a folder above such a file, so the
/// result is always <see langword="true"/>. On macOS, whose call returns a different structure on each processor, only
/// a path without a file is detected.
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

    /// <summary>Stores the identity of an open file.</summary>
    /// <param name="path">The path under which the file was opened.</param>
    /// <param name="handle">The open file.</param>
    public FileIdentity(string path, SafeFileHandle handle)
    {
        _path = path;
        _native = OperatingSystem.IsLinux() ? Encoding.UTF8.GetBytes(path + '\0') : [];
        if (OperatingSystem.IsLinux())
        {
            TryStat((int)handle.DangerousGetHandle(), "\0"u8, EmptyPath, out _identity);
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

        return OperatingSystem.IsLinux() && _identity is not null && TryStat(CurrentDirectory, _native, 0, out var found) ? found == _identity : File.Exists(_path);
    }

    /// <summary>Reads the identity of a file; null when there is no file.</summary>
    /// <returns><see langword="false"/> when the system lacks the call.</returns>
    [SupportedOSPlatform("linux")]
    private static bool TryStat(int folder, ReadOnlySpan<byte> path, int flags, out (uint, uint, ulong)? found)
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
            // The C library is older than the call.
            _statMissing = true;
            return false;
        }

        found = (stat.DeviceMajor, stat.DeviceMinor, stat.Inode);
        return true;
    }

    /// <summary>
    /// The kernel's <c>struct statx</c>, the same on every processor, with the used fields at their offsets.
    /// </summary>
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

    // Names of functions of the C library.
#pragma warning disable IDE1006
    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int folder, byte* path, int flags, uint mask, StatX* stat);
#pragma warning restore IDE1006
}
