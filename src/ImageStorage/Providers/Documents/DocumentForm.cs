using System.Text.Json;

namespace ImageStorage.Providers;

/// <summary>The form of a document, as far as a verification knows the form without the feature that wrote the document.</summary>
internal enum DocumentForm
{
    /// <summary>Any bytes.</summary>
    Bytes,

    /// <summary>A JSON text.</summary>
    Json,

    /// <summary>A JSON object with its format (<see cref="VersionedContent"/>).</summary>
    Versioned,
}

/// <summary>Compares documents with the form of their collection.</summary>
internal static class DocumentForms
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Returns what is wrong with a document; null if the document has the form of its collection.</summary>
    public static string? FindDefect(StoredDocument document)
    {
        var form = DocumentCollections.FormOf(document.Name.Collection);
        if (form == DocumentForm.Bytes)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(document.Content, Strict);
            return form == DocumentForm.Json || HasFormat(json.RootElement) ? null : "the document does not state its format, so the library did not write its content";
        }
        catch (JsonException)
        {
            return "the document is no valid JSON, so the library did not write its content";
        }
    }

    private static bool HasFormat(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("format"u8, out var format) && format.ValueKind == JsonValueKind.Number && format.TryGetInt32(out _);
}
