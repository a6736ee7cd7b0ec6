using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
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

/// <summary>What a process of any version understands of a journal.</summary>
internal sealed record JournalReservation : DocumentContent
{
    public required ImmutableArray<ImageKey> Keys { get; init; }

    /// <summary>Gets the state as written.</summary>
    public JsonElement? State { get; init; }

    /// <summary>
    /// Gets the state; <see cref="TransactionState.Unreadable"/> if this version of the library does not know the state.
    /// </summary>
    [JsonIgnore]
    public TransactionState KnownState =>
        State is { ValueKind: JsonValueKind.String } name && Enum.TryParse<TransactionState>(name.GetString(), ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : TransactionState.Unreadable;
}

/// <summary>The contracts of the documents of transactions.</summary>
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(JournalReservation))]
internal sealed partial class TransactionJson : JsonSerializerContext
{
    public static TransactionJson Instance { get; } = new(DocumentJson.NewRules());
}
