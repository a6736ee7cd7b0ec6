using System.Globalization;
using System.Text.Json;

namespace ImageStorage.Tool.Output;

/// <summary>Writes the record of an image as a JSON object. docs/guide/tool.md documents the object.</summary>
internal static class ImageJson
{
    public static void Write(Utf8JsonWriter json, ImageInfo info)
    {
        json.WriteStartObject();
        WriteMembers(json, info);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, ImageInfo info)
    {
        json.WriteString("key", info.Key.Value);
        json.WriteString("contentType", info.ContentType);
        json.WriteNumber("length", info.Length);
        json.WriteNumber("width", info.Width);
        json.WriteNumber("height", info.Height);
        WriteNumber(json, "orientation", (int?)info.Orientation);
        WriteNumber(json, "frameCount", info.FrameCount);
        json.WriteString("sha256", info.Sha256?.ToString());
        json.WriteString("xxHash128", info.XxHash128.ToString("x32", CultureInfo.InvariantCulture));
        json.WriteString("createdAt", info.CreatedAt.UtcDateTime);
        json.WriteString("modifiedAt", info.ModifiedAt.UtcDateTime);
        json.WriteString("etag", info.ETag.Value);
        json.WriteString("fileName", info.FileName);
        json.WriteStartArray("tags");
        foreach (var tag in info.Tags)
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
        Write(json, "metadata", info.Metadata);
        Write(json, "properties", info.Properties);
        WriteEncoding(json, info.Encoding);
    }

    private static void Write(Utf8JsonWriter json, string property, IEnumerable<KeyValuePair<string, string>> values)
    {
        json.WriteStartObject(property);
        foreach (var (name, value) in values)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteEncoding(Utf8JsonWriter json, ImageEncoding? encoding)
    {
        if (encoding is null)
        {
            json.WriteNull("encoding");
            return;
        }

        json.WriteStartObject("encoding");
        json.WriteString("name", encoding.Name);
        json.WriteNumber("storedLength", encoding.StoredLength);
        json.WriteNumber("originalLength", encoding.OriginalLength);
        json.WriteEndObject();
    }
}
