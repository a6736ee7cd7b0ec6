using System.Runtime.InteropServices;

namespace ImageStorage.Tool.Files;

/// <summary>Tells regular files from pipes, sockets and devices, which .NET reports as files alike.</summary>
internal static unsafe partial class FileTypes
{
    private const int CurrentDirectory = -100;
    private const uint TypeMask = 1;
    private const int StatxLength = 256;
    private const int ModeOffset = 28;
    private const int FormatBits = 0xF000;
    private const int RegularFile = 0x8000;
    private const int NoEntry = 2;
    private const int NotADirectory = 20;

    /// <summary>
    /// Returns whether a path, with links followed, exists and is neither a regular file nor a folder.
    /// </summary>
    public static bool IsSpecial(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        return OperatingSystem.IsLinux() && TryGetMode(path, out var mode)
            ? mode != 0 && (mode & FormatBits) != RegularFile
            : path.StartsWith("/dev/", StringComparison.Ordinal) || IsUnseekable(path);
    }

    /// <summary>
    /// Reads the type and the rights of a file; 0 when there is none. False where a sandbox forbids the call.
    /// </summary>
    private static bool TryGetMode(string path, out int mode)
    {
        // The layout of statx is the same on every architecture.
        Span<byte> status = stackalloc byte[StatxLength];
        fixed (byte* pointer = status)
        {
            var succeeded = statx(CurrentDirectory, path, 0, TypeMask, pointer) == 0;
            mode = succeeded ? BitConverter.ToUInt16(status[ModeOffset..]) : 0;
            return succeeded || Marshal.GetLastPInvokeError() is NoEntry or NotADirectory;
        }
    }

    private static bool IsUnseekable(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        return !stream.CanSeek;
    }

    // The name is that of the C library.
#pragma warning disable IDE1006
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, byte* buffer);
#pragma warning restore IDE1006
}
