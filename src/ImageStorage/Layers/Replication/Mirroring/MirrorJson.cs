using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>The contracts of the documents of a mirror.</summary>
[JsonSerializable(typeof(MirrorHint))]
[JsonSerializable(typeof(MirrorLeaderDocument))]
internal sealed partial class MirrorJson : JsonSerializerContext
{
    public static MirrorJson Instance { get; } = new(DocumentJson.NewRules());
}
