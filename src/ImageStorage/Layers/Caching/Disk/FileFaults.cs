namespace ImageStorage.Caching.Disk;

/// <summary>Classifies the failures of a file system.</summary>
internal static class FileFaults
{
    // errno on Unix (the same on Linux and macOS unless both are given), the low word of the HRESULT on Windows.
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private static readonly int QuotaExceeded = OperatingSystem.IsMacOS() ? 69 : 122;
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    public static bool IsExpected(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Returns whether a file or its folder does not exist.</summary>
    public static bool IsMissing(Exception exception) => exception is FileNotFoundException or DirectoryNotFoundException;

    /// <summary>Returns whether another process has the file open exclusively.</summary>
    public static bool IsHeld(IOException exception) => OperatingSystem.IsWindows() ? (exception.HResult & 0xFFFF) is 32 or 33 : exception.HResult == WouldBlock;

    /// <summary>
    /// Returns the cause and the remedy as a clause, without the paths that .NET puts into its messages.
    /// </summary>
    public static string Describe(Exception exception)
    {
        var code = OperatingSystem.IsWindows() ? exception.HResult & 0xFFFF : exception.HResult;
        return exception switch
        {
            ImageStorageException => exception.Message,
            UnauthorizedAccessException => "the process may not access its folder; give its user the right to read and write there",
            DirectoryNotFoundException => "its folder is gone",
            IOException when IsFull(code) => "the disk is full; free some space, or reduce Cache.Disk.SizeLimitBytes",
            IOException when IsReadOnly(code) => "the file system is read-only; mount it for writing, or use another folder",
            _ => $"the file system reports {exception.GetType().Name} {code}; check the medium and the system log",
        };
    }

    private static bool IsFull(int code) => OperatingSystem.IsWindows() ? code is 112 or 39 or 1295 : code == NoSpace || code == QuotaExceeded;

    private static bool IsReadOnly(int code) => OperatingSystem.IsWindows() ? code == 19 : code == ReadOnly;
}
