using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem;

/// <summary>Turns what the file system throws into the failures of the contract. Messages leave out where the store lies.</summary>
internal static class FileErrors
{
    // errno on Unix (the same on Linux and macOS but for the quota), the low word of the HRESULT on Windows.
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private static readonly int QuotaExceeded = OperatingSystem.IsMacOS() ? 69 : 122;

    /// <summary>The code of a creation that failed because the name was taken: ERROR_FILE_EXISTS as an HRESULT, or EEXIST.</summary>
    public static int ExistingCode { get; } = OperatingSystem.IsWindows() ? unchecked((int)0x8007_0050) : 17;

    /// <summary>Did a creation fail because the name was taken?</summary>
    public static bool IsExisting(IOException exception)
    {
        const int AlreadyExists = unchecked((int)0x8007_00B7);
        return exception.HResult == ExistingCode || (OperatingSystem.IsWindows() && exception.HResult == AlreadyExists);
    }

    public static bool IsExpected(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static ImageStorageException Translate(Exception exception, string operation, ImageKey? key)
    {
        var subject = key is { } known ? $"image '{known}'" : "the store";
        var code = OperatingSystem.IsWindows() ? exception.HResult & 0xFFFF : exception.HResult;
        if (exception is IOException && IsFull(code))
        {
            return new StorageFullException($"{FileSystemImageProvider.ProviderName}: {operation} of {subject} failed, the disk is full. Free some space; what was stored before is untouched.", exception) { Key = key, Provider = FileSystemImageProvider.ProviderName };
        }

        var (reason, remedy, isTransient) = exception switch
        {
            VolumeFailureException failure => (failure.Reason, failure.Remedy, failure.IsTransient),
            UnauthorizedAccessException => ("the process may not access the folder of the store", "Give its user the right to read and write there.", false),
            IOException when IsReadOnly(code) => ("the file system is read-only", "Mount it for writing, or use another folder.", false),
            DirectoryNotFoundException => ("a folder of the store is gone", "Look whether somebody removed it or a mount is missing.", true),
            PathTooLongException => ("its path is too long for this file system", "Use a shorter root or key.", false),
            _ => ($"the file system reports: {WithoutPath(exception.Message)}", "Look at the medium and at the system's log.", true),
        };
        return new StorageUnavailableException($"{FileSystemImageProvider.ProviderName}: {operation} of {subject} failed, {reason}. {remedy}", exception, isTransient) { Key = key, Provider = FileSystemImageProvider.ProviderName };
    }

    private static bool IsFull(int code) => OperatingSystem.IsWindows() ? code is 112 or 39 or 1295 : code == NoSpace || code == QuotaExceeded;

    private static bool IsReadOnly(int code) => OperatingSystem.IsWindows() ? code == 19 : code == ReadOnly;

    // .NET puts the full path into its messages: mostly quoted, in an application with trimmed resources bare behind a comma.
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
