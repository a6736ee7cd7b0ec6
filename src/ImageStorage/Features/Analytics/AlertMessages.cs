using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageStorage.Analytics;

/// <summary>The JSON form of posted alerts.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StorageAlert))]
internal sealed partial class AlertMessages : JsonSerializerContext
{
    public static AlertMessages Instance { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter<AlertSeverity>(JsonNamingPolicy.CamelCase) } });
}
