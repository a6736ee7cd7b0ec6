using System.Text.Json.Serialization;

namespace ImageStorage.Providers;

/// <summary>The version of a document, as its store names it. Changes with every write and is never used again for the same name.</summary>
/// <param name="Value">Opaque text.</param>
[JsonConverter(typeof(DocumentETagJsonConverter))]
public readonly record struct DocumentETag(string Value)
{
    /// <summary>Stands in a write for "there must be no document yet".</summary>
    public static DocumentETag None { get; } = new(string.Empty);
}
