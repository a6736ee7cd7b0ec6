using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>The contracts of the documents of a failover.</summary>
[JsonSerializable(typeof(ImageHint))]
internal sealed partial class FailoverJson : JsonSerializerContext
{
    public static FailoverJson Instance { get; } = new(DocumentJson.NewRules());
}
