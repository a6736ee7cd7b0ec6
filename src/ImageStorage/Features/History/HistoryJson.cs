using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.History;

/// <summary>The contract of the documents of the history.</summary>
[JsonSerializable(typeof(HistoryDocument))]
internal sealed partial class HistoryJson : JsonSerializerContext
{
    public static HistoryJson Instance { get; } = new(DocumentJson.NewRules());
}
