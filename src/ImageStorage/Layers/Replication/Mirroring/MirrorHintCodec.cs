using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>Reads and writes hints.</summary>
internal static class MirrorHintCodec
{
    public static byte[] Write(MirrorHint hint) => DocumentJson.Write(hint, MirrorJson.Instance.MirrorHint);

    /// <summary>Reads a hint.</summary>
    /// <exception cref="StorageCorruptedException">The document is not a hint, or a hint of a newer version of the
    /// library.</exception>
    public static MirrorHint Read(StoredDocument document) =>
        DocumentJson.Read(document, MirrorJson.Instance.MirrorHint, MirrorHint.KnownFormat, _ => OfAnotherFormat(document.Name), failure => Unreadable(document.Name, "its content is not a hint", failure)) with { Name = document.Name };

    public static StorageCorruptedException OfAnotherFormat(DocumentName name) => Unreadable(name, "its format is unknown to this version of the library", null);

    public static StorageCorruptedException Unreadable(DocumentName name, string reason, Exception? cause) =>
        new($"The hint '{name}' of the mirror cannot be read: {reason}. Its image may be newer on this replica. Save or delete the image again, or run a resync.", cause) { Reason = reason };
}
