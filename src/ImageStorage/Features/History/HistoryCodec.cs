using ImageStorage.Providers;

namespace ImageStorage.History;

/// <summary>Reads and writes entries. Text is not escaped, so an entry within its limits always fits into a document.</summary>
internal static class HistoryCodec
{
    private const int Format = 1;

    public static byte[] Write(HistoryEntry entry) => DocumentJson.Write(
        new HistoryDocument { Format = Format, At = entry.At!.Value, Mode = entry.Mode, Keys = entry.Keys, Metadata = MetadataDictionary.Empty.AddRange(entry.Metadata) },
        HistoryJson.Instance.HistoryDocument);

    /// <summary>Reads an entry.</summary>
    /// <exception cref="StorageCorruptedException">The document is not an entry.</exception>
    /// <exception cref="StorageNotSupportedException">
    /// The entry was written by a newer version of the library.
    /// </exception>
    public static HistoryEntry Read(StoredDocument document)
    {
        var content = DocumentJson.Read(
            document,
            HistoryJson.Instance.HistoryDocument,
            Format,
            newer => new StorageNotSupportedException($"The history entry '{document.Name}' has format {newer}; this version of the library supports formats up to {Format}. Update the library."),
            failure => new StorageCorruptedException($"The history entry '{document.Name}' is damaged. Restore the document from a backup, or remove the entry.", failure));
        return new HistoryEntry { Id = HistoryNames.IdOf(document.Name), At = content.At, Mode = content.Mode, Keys = content.Keys, Metadata = content.Metadata };
    }
}
