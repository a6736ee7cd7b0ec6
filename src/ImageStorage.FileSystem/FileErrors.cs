using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem;

/// <summary>
/// Translates exceptions of the file system into exceptions of the contract. The messages contain no path.
/// </summary>
internal static class FileErrors
{
    // errno on Unix (equal on Linux and macOS except for the quota), the low word of the HRESULT on Windows.
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private static readonly int QuotaExceeded = OperatingSystem.IsMacOS() ? 69 : 122;

    /// <summary>
    /// Gets the error code of a creation that failed because the name exists: ERROR_FILE_EXISTS as an HRESULT, or
    /// EEXIST.
    /// </summary>
    public static int ExistingCode { get; } = OperatingSystem.IsWindows() ? unchecked((int)0x8007_0050) : 17;

    /// <summary>Returns <see langword="true"/> if a creation failed because the name exists.</summary>
    public static bool IsExisting(IOException exception)
    {
        const int AlreadyExists = unchecked((int)0x8007_00B7);
        return exception.HResult == ExistingCode || (OperatingSystem.IsWindows() && exception.HResult == AlreadyExists);
    }

    public static bool IsExpected(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static ImageStorageException Translate(Exception exception, string operation, ImageKey? key)
    {
        var what = key is { } known ? $"{operation} image '{known}'" : operation;
        var code = OperatingSystem.IsWindows() ? exception.HResult & 0xFFFF : exception.HResult;
        if (exception is IOException && IsFull(code))
        {
            return new StorageFullException($"{FileSystemImageProvider.ProviderName}: {what} failed: the disk is full. Free some space. Stored images are not affected.", exception) { Key = key, Provider = FileSystemImageProvider.ProviderName };
        }

        var (reason, remedy, isTransient) = exception switch
        {
            VolumeFailureException failure => (failure.Reason, failure.Remedy, failure.IsTransient),
            UnauthorizedAccessException => ("the process has no access to the folder of the store", "Grant its user read and write access.", false),
            IOException when IsReadOnly(code) => ("the file system is read-only", "Mount the file system for writing, or use another folder.", false),
            DirectoryNotFoundException => ("a folder of the store is missing", "Check whether the folder was removed or a volume is not mounted.", true),
            PathTooLongException => ("the path is too long for this file system", "Use a shorter root or key.", false),
            _ => ($"the file system reports: {WithoutPath(exception.Message).TrimEnd('.')}", "Check the disk and the log of the operating system.", true),
        };
        return new StorageUnavailableException($"{FileSystemImageProvider.ProviderName}: {what} failed: {reason}. {remedy}", exception, isTransient) { Key = key, Provider = FileSystemImageProvider.ProviderName };
    }

    private static bool IsFull(int code) => OperatingSystem.IsWindows() ? code is 112 or 39 or 1295 : code == NoSpace || code == QuotaExceeded;

    private static bool IsReadOnly(int code) => OperatingSystem.IsWindows() ? code == 19 : code == ReadOnly;

    // .NET puts the full path into its messages: usually quoted; in an application with trimmed resources after a
    // comma.
    private static string WithoutPath(string message)
    {
        for (var i = 1; i < message.Length; i++)
        {
            var isPath = (message[i] is '/' or '\\') && (message[i - 1] is ' ' or '\'' or '"' or ':');
            if (isPath)
            {
                var front = message.LastIndexOf(' ', i);
                return front < 0 ? "no details" : message[..front].TrimEnd(' ', ':', ',');
            }
        }

        return message;
    }
}
