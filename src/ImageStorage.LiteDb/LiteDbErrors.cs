using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Files;
using LiteDB;

namespace ImageStorage.LiteDb;

/// <summary>
/// Translates exceptions of the file system and of LiteDB into the exceptions of the library. Messages contain no path.
/// </summary>
internal static class LiteDbErrors
{
    // errno on Unix (only the quota differs between Linux and macOS), the low word of the HRESULT on Windows.
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private static readonly int QuotaExceeded = OperatingSystem.IsMacOS() ? 69 : 122;

    /// <summary>Returns whether an exception is a failure of the file system.</summary>
    public static bool IsExpected(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>
    /// Returns whether an exception must be translated. LiteDB reads its structures without checks, so a damaged file
    /// causes almost any exception. All exceptions except those of the library, of cancellation and of misuse are
    /// therefore translated.
    /// </summary>
    public static bool NeedsTranslation(Exception exception) => exception is not (ImageStorageException or OperationCanceledException or ObjectDisposedException);

    /// <summary>Translates an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="operation">The operation as a noun, such as "saving".</param>
    /// <param name="key">The image; null for an operation of the store.</param>
    public static ImageStorageException Translate(Exception exception, string operation, ImageKey? key)
    {
        var isUnknown = exception is UnknownOutcomeException;
        var cause = isUnknown ? exception.InnerException! : exception;
        var subject = key is { } known ? $"image '{known}'" : "the store";
        var front = $"{LiteDbImageProvider.ProviderName}: {operation} of {subject} failed, ";
        var effect = isUnknown ? " The outcome of the write is unknown: read the data again before you repeat the write." : string.Empty;
        var code = OperatingSystem.IsWindows() ? cause.HResult & 0xFFFF : cause.HResult;
        if (IsFull(cause))
        {
            return new StorageFullException($"{front}the disk is full. Free some space{(isUnknown ? "." + effect : "; stored images are not affected.")}", exception) { Key = key, Provider = LiteDbImageProvider.ProviderName };
        }

        if (cause is DamagedFileException || !IsExpected(cause))
        {
            return new StorageCorruptedException($"{front}{Damage(cause)}. Close the store and restore the database and its log from a copy, or copy the readable images into a new store.{effect}", exception) { Key = key, Provider = LiteDbImageProvider.ProviderName };
        }

        var (reason, remedy, isTransient) = Describe(cause, code);
        return new StorageUnavailableException($"{front}{reason}. {remedy}{effect}", exception, isTransient) { Key = key, Provider = LiteDbImageProvider.ProviderName };
    }

    /// <summary>
    /// Returns the failure of a save whose staged chunks were taken back, because another operation failed meanwhile.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="cause">The failure of the other operation.</param>
    public static ImageStorageException UploadLost(ImageKey key, Exception? cause)
    {
        const string Provider = LiteDbImageProvider.ProviderName;
        return IsFull(cause)
            ? new StorageFullException($"{Provider}: saving of image '{key}' failed because the disk became full meanwhile. Free some space; stored images are not affected.", cause) { Key = key, Provider = Provider }
            : new StorageUnavailableException($"{Provider}: saving of image '{key}' failed because the database was reopened meanwhile. Nothing was changed; save the image again.", cause) { Key = key, Provider = Provider };
    }

    private static string Damage(Exception cause) => cause switch
    {
        DamagedFileException => cause.Message,
        LiteException => "LiteDB reports a damaged file",
        _ => $"LiteDB cannot read its file ({cause.GetType().Name})",
    };

    private static (string Reason, string Remedy, bool IsTransient) Describe(Exception cause, int code) => cause switch
    {
        StoreInUseException => ("the database is open in another process, or a second time in this process", "Only one owner may open the database: close the other owner, or share its provider. For several processes use the filesystem provider.", true),
        StoreGoneException => ("the database is no longer at its path: it was moved, deleted or replaced, or its volume was unmounted", "Restore the database and its log, or mount the volume; the store then opens again by itself. The failed operation has changed nothing.", true),
        LocksMissingException => ("the file system has no file locks", "Move the database to a file system with locks; for network shares use another provider.", false),
        UnauthorizedAccessException => ("the process may not access the database", "Give the user of the process the right to read and write the file and its folder.", false),
        _ when code == ReadOnly || (OperatingSystem.IsWindows() && code == 19) => ("the file system is read-only", "Mount the file system for writing, or use another folder.", false),
        FileNotFoundException or DirectoryNotFoundException => ("a file or folder of the store is missing", "Check whether the folder was removed or its volume is not mounted.", true),
        PathTooLongException => ("the path is too long for the file system", "Use a shorter path.", false),
        _ => ($"the file system reports error {code}", "Check the medium and the log of the system.", true),
    };

    private static bool IsFull(Exception? cause) => cause is IOException and not DamagedFileException && (OperatingSystem.IsWindows()
        ? (cause.HResult & 0xFFFF) is 112 or 39 or 1295
        : cause.HResult == NoSpace || cause.HResult == QuotaExceeded);
}
