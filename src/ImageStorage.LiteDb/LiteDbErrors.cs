using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Files;
using LiteDB;

namespace ImageStorage.LiteDb;

/// <summary>Turns what the file system and LiteDB throw into the failures of the contract. Messages leave out where the store lies.</summary>
internal static class LiteDbErrors
{
    // errno on Unix (the same on Linux and macOS but for the quota), the low word of the HRESULT on Windows.
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private static readonly int QuotaExceeded = OperatingSystem.IsMacOS() ? 69 : 122;

    /// <summary>Is it a failure of the file system?</summary>
    public static bool IsExpected(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>
    /// Must it be translated? LiteDB reads its structures without checks, so a damaged file shows in it as almost any exception; that
    /// is why all but those of the contract and of misuse are taken here.
    /// </summary>
    public static bool IsForeign(Exception exception) => exception is not (ImageStorageException or OperationCanceledException or ObjectDisposedException);

    public static ImageStorageException Translate(Exception exception, string operation, ImageKey? key)
    {
        var isUnknown = exception is UnknownOutcomeException;
        var cause = isUnknown ? exception.InnerException! : exception;
        var subject = key is { } known ? $"image '{known}'" : "the store";
        var front = $"{LiteDbImageProvider.ProviderName}: {operation} of {subject} failed, ";
        var effect = isUnknown ? " Whether it took effect is unknown: read it again." : string.Empty;
        var code = OperatingSystem.IsWindows() ? cause.HResult & 0xFFFF : cause.HResult;
        if (IsFull(cause))
        {
            return new StorageFullException($"{front}the disk is full. Free some space{(isUnknown ? "." + effect : "; what was stored before is untouched.")}", exception) { Key = key, Provider = LiteDbImageProvider.ProviderName };
        }

        if (cause is DamagedFileException || !IsExpected(cause))
        {
            return new StorageCorruptedException($"{front}{Damage(cause)}. Close the store and restore the database and its log from a copy, or copy what can still be read into a new store.{effect}", exception) { Key = key, Provider = LiteDbImageProvider.ProviderName };
        }

        var (reason, remedy, isTransient) = Describe(cause, code);
        return new StorageUnavailableException($"{front}{reason}. {remedy}{effect}", exception, isTransient) { Key = key, Provider = LiteDbImageProvider.ProviderName };
    }

    /// <summary>What was uploaded of an image was taken back, because something else failed meanwhile.</summary>
    /// <param name="key">The image.</param>
    /// <param name="cause">What failed.</param>
    public static ImageStorageException UploadLost(ImageKey key, Exception? cause)
    {
        const string Provider = LiteDbImageProvider.ProviderName;
        return IsFull(cause)
            ? new StorageFullException($"{Provider}: saving of image '{key}' failed, the disk became full meanwhile and the upload was taken back. Free some space; what was stored before is untouched.", cause) { Key = key, Provider = Provider }
            : new StorageUnavailableException($"{Provider}: saving of image '{key}' failed, the database had to be opened again meanwhile. Save it again; nothing was changed.", cause) { Key = key, Provider = Provider };
    }

    private static string Damage(Exception cause) => cause switch
    {
        DamagedFileException => cause.Message,
        LiteException => "LiteDB finds its file damaged",
        _ => $"LiteDB cannot make sense of its file ({cause.GetType().Name})",
    };

    private static (string Reason, string Remedy, bool IsTransient) Describe(Exception cause, int code) => cause switch
    {
        StoreInUseException => ("its database is open elsewhere, in another process or a second time in this one", "Only one owner may have it open: close the other one, or share its provider; for several processes use the filesystem provider.", true),
        StoreGoneException => ("its database is no longer at its path: it was moved, deleted or replaced, or its file system was unmounted", "Put the database and its log back, or mount the file system; the store opens again by itself. Nothing that failed was changed.", true),
        LocksMissingException => ("its file system does not keep a second owner out", "Put the database on a file system with locks; for network shares use another provider.", false),
        UnauthorizedAccessException => ("the process may not access the database", "Give its user the right to read and write the file and its folder.", false),
        _ when code == ReadOnly || (OperatingSystem.IsWindows() && code == 19) => ("the file system is read-only", "Mount it for writing, or use another folder.", false),
        FileNotFoundException or DirectoryNotFoundException => ("a file or folder of the store is gone", "Look whether somebody removed it or a mount is missing.", true),
        PathTooLongException => ("its path is too long for this file system", "Use a shorter path.", false),
        _ => ($"the file system reports error {code}", "Look at the medium and at the system's log.", true),
    };

    private static bool IsFull(Exception? cause) => cause is IOException and not DamagedFileException && (OperatingSystem.IsWindows()
        ? (cause.HResult & 0xFFFF) is 112 or 39 or 1295
        : cause.HResult == NoSpace || cause.HResult == QuotaExceeded);
}
