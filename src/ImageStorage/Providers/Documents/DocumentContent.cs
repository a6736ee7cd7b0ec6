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

    /// <summary>
    /// Returns whether the properties that this version of the library knows are equal. Unknown properties do not count:
    /// two reads of the same document are equal.
    /// </summary>
    public virtual bool Equals(DocumentContent? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();
}
