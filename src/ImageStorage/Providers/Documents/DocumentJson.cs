using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ImageStorage.Providers;

/// <summary>
/// Reads and writes the documents of the library as JSON. Each feature has a source-generated context for its own
/// documents, and all contexts have the same rules. No reflection is used.
/// </summary>
internal static class DocumentJson
{
    /// <summary>
    /// Returns the rules of a new context: names in camel case, no property for null, text that is not escaped without
    /// need, and strict reading. A missing, null, duplicate or wrong property makes a document damaged.
    /// </summary>
    public static JsonSerializerOptions NewRules() => new()
    {
        AllowDuplicateProperties = false,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Returns the bytes of a document.</summary>
    public static byte[] Write<T>(T content, JsonTypeInfo<T> type)
        where T : DocumentContent => JsonSerializer.SerializeToUtf8Bytes(content, type);

    /// <summary>Reads a document of one format.</summary>
    /// <param name="document">The document.</param>
    /// <param name="type">The contract of the content.</param>
    /// <param name="format">The format that this version of the library knows.</param>
    /// <param name="newer">Creates the exception for a document of a later format.</param>
    /// <param name="damaged">
    /// Creates the exception for any other document, from the failure of the reading; null if the format is unknown.
    /// </param>
    public static T Read<T>(StoredDocument document, JsonTypeInfo<T> type, int format, Func<int, ImageStorageException> newer, Func<JsonException?, ImageStorageException> damaged)
        where T : VersionedContent
    {
        var content = TryRead(document, type, out var failure);
        return content?.Format == format ? content
            : (content?.Format ?? TryRead(document, DocumentHeadJson.Instance.DocumentHead, out _)?.Format) is { } other && other > format ? throw newer(other)
            : throw damaged(failure);
    }

    /// <summary>Reads a document. Returns null and the failure if the content does not match its contract.</summary>
    public static T? TryRead<T>(StoredDocument document, JsonTypeInfo<T> type, out JsonException? failure)
        where T : class
    {
        try
        {
            failure = null;
            return JsonSerializer.Deserialize(document.Content.Span, type) ?? throw new JsonException("The document is null.");
        }
        catch (JsonException exception)
        {
            failure = exception;
            return null;
        }
    }
}
