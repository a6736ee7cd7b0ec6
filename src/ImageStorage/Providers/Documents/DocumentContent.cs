using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageStorage.Providers;

/// <summary>
/// The base of what the library writes as JSON. Properties that this version of the library does not know survive when a
/// document is read, changed and written.
/// </summary>
internal abstract record DocumentContent
{
    /// <summary>Gets or sets the properties that this version of the library does not know.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
