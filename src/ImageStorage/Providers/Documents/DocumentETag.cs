using System.Text.Json.Serialization;

namespace ImageStorage.Providers;

/// <summary>
/// Identifies a version of a document. The ETag changes with every write, and never repeats for the same name.
/// </summary>
/// <param name="Value">Opaque text.</param>
[JsonConverter(typeof(DocumentETagJsonConverter))]
public readonly record struct DocumentETag(string Value)
{
    /// <summary>Gets the value that means in a write: there must be no document.</summary>
    public static DocumentETag None { get; } = new(string.Empty);
}
