namespace ImageStorage.FileSystem.Volumes;

/// <summary>
/// The error numbers of Unix that the provider distinguishes. Numbers that differ on macOS are chosen at run time.
/// Tests cover each number that means that a call is not supported.
/// </summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int TooBig = 7;
    public const int AccessDenied = 13;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int CrossDevice = 18;
    public const int NotADirectory = 20;
    public const int Invalid = 22;
    public const int NotSeekable = 29;
    public const int TooManyNames = 31;

    public static int TryAgain { get; } = OperatingSystem.IsMacOS() ? 35 : 11;

    public static int NoSystemCall { get; } = OperatingSystem.IsMacOS() ? 78 : 38;

    public static int NotSupported { get; } = OperatingSystem.IsMacOS() ? 45 : 95;

    // Equal to NotSupported on Linux.
    public static int OperationNotSupported { get; } = OperatingSystem.IsMacOS() ? 102 : 95;

    public static int NotEmpty { get; } = OperatingSystem.IsMacOS() ? 66 : 39;

    public static int TooManyLinks { get; } = OperatingSystem.IsMacOS() ? 62 : 40;

    public static int NoLocks { get; } = OperatingSystem.IsMacOS() ? 77 : 37;

    /// <summary>Returns <see langword="true"/> if the file system does not support the operation.</summary>
    public static bool MeansNotSupported(int error) => error == NoSystemCall || error == NotSupported || error == OperationNotSupported;

    /// <summary>
    /// Returns <see langword="true"/> if the kernel, or a sandbox around the process, does not know the call. Another
    /// call is used from then on.
    /// </summary>
    public static bool MeansUnknownCall(int error) => MeansNotSupported(error) || error is NotPermitted or Invalid or TooBig;

    /// <summary>
    /// Returns <see langword="true"/> if the file cannot have another name: no hard links in this file system, the
    /// maximum number of names, two file systems, or a rule of the kernel (fs.protected_hardlinks). The file is then
    /// copied.
    /// </summary>
    public static bool MeansNoLink(int error) => MeansNotSupported(error) || error is NotPermitted or AccessDenied or TooManyNames or CrossDevice or Invalid;

    /// <summary>
    /// Returns <see langword="true"/> if the kernel cannot copy bytes from file to file here. The bytes are then read and
    /// written.
    /// </summary>
    public static bool MeansNoRangeCopy(int error) => MeansNotSupported(error) || error is NotPermitted or CrossDevice or Invalid;

    /// <summary>
    /// Returns <see langword="true"/> if the file system cannot reserve space. A full disk then shows later, while the
    /// bytes are written.
    /// </summary>
    public static bool MeansNoReservation(int error) => MeansNotSupported(error) || error is Invalid or NotPermitted;

    /// <summary>
    /// Returns <see langword="true"/> if the file system cannot flush folders. EINVAL and EBADF come from file systems
    /// (FUSE, SMB) that flush files only.
    /// </summary>
    public static bool MeansNoFolderFlush(int error) => MeansNotSupported(error) || error is Invalid or 9;

    /// <summary>Returns <see langword="true"/> if the file system cannot lock files.</summary>
    public static bool MeansNoLock(int error) => MeansNotSupported(error) || error is Invalid;
}
