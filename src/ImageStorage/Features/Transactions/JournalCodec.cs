using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>
/// Reads and writes journals. The properties <c>format</c> and <c>keys</c> keep their meaning in every later format, so
/// that an older process always knows the reserved images.
/// </summary>
internal static class JournalCodec
{
    public static byte[] Write(JournalEntry entry) => DocumentJson.Write(entry, TransactionJson.Instance.JournalEntry);

    /// <summary>Reads a journal.</summary>
    /// <exception cref="StorageCorruptedException">The document is not a journal.</exception>
    /// <exception cref="StorageNotSupportedException">
    /// The journal was written by a newer version of the library.
    /// </exception>
    public static JournalEntry Read(string id, StoredDocument document)
    {
        var entry = DocumentJson.Read(
            document,
            TransactionJson.Instance.JournalEntry,
            JournalEntry.KnownFormat,
            newer => new StorageNotSupportedException($"The journal of transaction {id} has format {newer}; this version of the library supports formats up to {JournalEntry.KnownFormat}. Recover the transaction with the newer version, or update the library.") { Reason = "it was written by a newer version of the library" },
            failure => Damaged(document, failure));
        return entry with { Id = id, ETag = document.ETag };
    }

    /// <summary>Returns the images and the state of a journal of any format.</summary>
    /// <exception cref="StorageCorruptedException">The document is not a journal.</exception>
    public static JournalReservation ReadReservation(StoredDocument document) =>
        DocumentJson.TryRead(document, TransactionJson.Instance.JournalReservation, out var failure) ?? throw Damaged(document, failure);

    private static StorageCorruptedException Damaged(StoredDocument document, JsonException? failure) =>
        new($"The journal '{document.Name}' of a transaction is damaged. Check the images of the transaction, then dismiss it.", failure) { Reason = "it is damaged" };
}
