using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>Reads and writes hints.</summary>
internal static class HintCodec
{
    private const int IdLength = 32;

    public static byte[] Write(ImageHint hint) => DocumentJson.Write(hint, FailoverJson.Instance.ImageHint);

    /// <summary>Reads a hint.</summary>
    /// <exception cref="StorageCorruptedException">
    /// The document is not a hint, or a newer version of the library wrote it.
    /// </exception>
    public static ImageHint Read(StoredDocument document)
    {
        var hint = DocumentJson.Read(
            document,
            FailoverJson.Instance.ImageHint,
            ImageHint.KnownFormat,
            _ => Unreadable(document.Name, "it is of another format than this version of the library knows", null),
            failure => Unreadable(document.Name, "it is not what the library writes", failure));
        return hint.Id.Length == IdLength ? hint with { Version = document.ETag } : throw Unreadable(document.Name, "it is not what the library writes", null);
    }

    public static StorageCorruptedException Unreadable(DocumentName name, string reason, Exception? cause) =>
        new($"The hint '{name}' on the fallback cannot be read: {reason}. It may describe a newer state than the primary has: save the image again, or delete it.", cause) { Reason = reason };
}
