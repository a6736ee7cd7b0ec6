using System.Text.Json.Serialization;

namespace ImageStorage.Providers;

/// <summary>The base of documents whose first property is their format.</summary>
internal abstract record VersionedContent : DocumentContent
{
    /// <summary>Gets the format. A document of another format than the known one is not read.</summary>
    [JsonPropertyOrder(-1)]
    public required int Format { get; init; }
}
