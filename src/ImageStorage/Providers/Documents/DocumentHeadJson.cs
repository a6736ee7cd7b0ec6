using System.Text.Json.Serialization;

namespace ImageStorage.Providers;

/// <summary>The contract of the format of any document.</summary>
[JsonSerializable(typeof(DocumentHead))]
internal sealed partial class DocumentHeadJson : JsonSerializerContext
{
    public static DocumentHeadJson Instance { get; } = new(DocumentJson.NewRules());
}
