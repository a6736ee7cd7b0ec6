using System.Runtime.InteropServices;

namespace ImageStorage.FileSystem.Volumes;

/// <content>Calls for folders and identities.</content>
internal static unsafe partial class UnixCalls
{
    private static bool _statxMissing = !HasFileCalls;

    /// <summary>
    /// Creates one folder. Returns <see langword="false"/> if the name exists. Never creates the parent.
    /// </summary>
    public static bool MakeDirectory(ReadOnlySpan<byte> path, string name)
    {
        const int AllRights = 0x1FF;
        fixed (byte* text = path)
        {
            while (mkdir(text, AllRights) != 0)
            {
                if (Marshal.GetLastPInvokeError() == Errno.Exists)
                {
                    return false;
                }

                ThrowUnlessInterrupted("mkdir", name);
            }
        }

        return true;
    }

    /// <summary>
    /// Deletes a folder if it is empty. Returns <see langword="true"/> if there is no such folder afterwards.
    /// </summary>
    public static bool RemoveDirectory(ReadOnlySpan<byte> path, string name)
    {
        fixed (byte* text = path)
        {
            while (rmdir(text) != 0)
            {
                switch (Marshal.GetLastPInvokeError())
                {
                    case Errno.NoEntry:
                        return true;
                    case Errno.Exists or Errno.NotADirectory or Errno.Busy:
                    case var error when error == Errno.NotEmpty:
                        // Not empty, or another file system is mounted on it.
                        return false;
                    default:
                        ThrowUnlessInterrupted("rmdir", name);
                        break;
                }
            }
        }

        return true;
    }

    /// <summary>Returns the identity of a file or folder, or <see langword="null"/> if there is none.</summary>
    /// <returns><see langword="false"/> if the system does not have the call.</returns>
    public static bool TryIdentify(ReadOnlySpan<byte> path, string name, out FileIdentity? identity)
    {
        const int ResultLength = 256;
        identity = null;
        if (_statxMissing)
        {
            return false;
        }

        var result = stackalloc byte[ResultLength];
        try
        {
            fixed (byte* text = path)
            {
                while (statx(CurrentDirectory, text, DoNotFollow, NumberWanted | BirthWanted, result) != 0)
                {
                    var error = Marshal.GetLastPInvokeError();
                    if (error is Errno.NoEntry or Errno.NotADirectory)
                    {
                        return true;
                    }

                    if (Errno.MeansUnknownCall(error))
                    {
                        _statxMissing = true;
                        return false;
                    }

                    ThrowUnlessInterrupted("statx", name);
                }
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A C library that is older than the call.
            _statxMissing = true;
            return false;
        }

        identity = ToIdentity(new ReadOnlySpan<byte>(result, ResultLength));
        return true;
    }

    private const int DoNotFollow = 0x100;
    private const uint NumberWanted = 0x100;
    private const uint BirthWanted = 0x800;

    // The layout of struct statx is the same on every architecture.
    private static FileIdentity ToIdentity(ReadOnlySpan<byte> result)
    {
        const int Number = 32;
        const int BornSeconds = 80;
        const int BornNanoseconds = 88;
        const int Device = 136;
        var hasBirth = (MemoryMarshal.Read<uint>(result) & BirthWanted) != 0;
        var born = hasBirth ? (MemoryMarshal.Read<long>(result[BornSeconds..]) * 1_000_000_000) + MemoryMarshal.Read<uint>(result[BornNanoseconds..]) : 0;
        return new FileIdentity(MemoryMarshal.Read<ulong>(result[Device..]), MemoryMarshal.Read<ulong>(result[Number..]), born, hasBirth);
    }

    // The names of C library functions are not changed.
#pragma warning disable IDE1006
    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdir(byte* path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int rmdir(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int directory, byte* path, int flags, uint mask, byte* result);
#pragma warning restore IDE1006
}
