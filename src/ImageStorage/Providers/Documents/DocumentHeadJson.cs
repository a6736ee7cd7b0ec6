using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ImageStorage.Providers;

/// <summary>The contracts of the format of any document, and of any JSON text.</summary>
[JsonSerializable(typeof(DocumentHead))]
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class DocumentHeadJson : JsonSerializerContext
{
    public static DocumentHeadJson Instance { get; } = new(DocumentJson.NewRules());
}
