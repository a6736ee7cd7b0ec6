using System.Text.Json.Serialization;
using ImageStorage.Coordination.Jobs;
using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>The contracts of the documents by which processes coordinate.</summary>
[JsonSerializable(typeof(IdentityDocument))]
[JsonSerializable(typeof(PairingDocument))]
[JsonSerializable(typeof(ProcessLeaseDocument))]
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(JobHead))]
[JsonSerializable(typeof(RequirementsDocument))]
internal sealed partial class CoordinationJson : JsonSerializerContext
{
    public static CoordinationJson Instance { get; } = new(DocumentJson.NewRules());
}
