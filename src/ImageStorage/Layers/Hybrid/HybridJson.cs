using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>The contract of the documents of a hybrid store.</summary>
[JsonSerializable(typeof(HybridIdentity))]
internal sealed partial class HybridJson : JsonSerializerContext
{
    public static HybridJson Instance { get; } = new(DocumentJson.NewRules());
}
