using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>The contracts of the documents of transactions.</summary>
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(JournalReservation))]
internal sealed partial class TransactionJson : JsonSerializerContext
{
    public static TransactionJson Instance { get; } = new(DocumentJson.NewRules());
}
