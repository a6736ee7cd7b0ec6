using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace ImageStorage.FileSystem.ImageFiles;

/// <summary>
/// Writes and reads the record of an image as JSON, into this known type only. Unknown properties are skipped, so that
/// an older version of the library reads records of a newer version with the same format.
/// </summary>
internal static class RecordJson
{
    private static readonly JsonWriterOptions WriterOptions = new() { SkipValidation = true };

    // Shared strings for the few usual types spare an allocation per read.
    private static readonly string[] KnownContentTypes = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public static void Write(IBufferWriter<byte> target, ImageInfo info)
    {
        var json = _writer ??= new Utf8JsonWriter(Stream.Null, WriterOptions);
        json.Reset(target);
        json.WriteStartObject();
        json.WriteString("key"u8, info.Key.Value);
        json.WriteString("contentType"u8, info.ContentType);
        json.WriteNumber("length"u8, info.Length);
        json.WriteNumber("width"u8, info.Width);
        json.WriteNumber("height"u8, info.Height);
        WriteHashes(json, info);
        json.WriteNumber("created"u8, info.CreatedAt.UtcTicks);
        json.WriteNumber("modified"u8, info.ModifiedAt.UtcTicks);
        json.WriteString("etag"u8, info.ETag.Value);
        if (info.FileName is not null)
        {
            json.WriteString("fileName"u8, info.FileName);
        }

        if (info.Metadata.Count > 0)
        {
            json.WriteStartObject("metadata"u8);
            foreach (var (name, value) in info.Metadata)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        if (info.Tags.Length > 0)
        {
            json.WriteStartArray("tags"u8);
            foreach (var tag in info.Tags)
            {
                json.WriteStringValue(tag);
            }

            json.WriteEndArray();
        }

        if (info.Encoding is { } encoding)
        {
            json.WriteStartObject("encoding"u8);
            json.WriteString("name"u8, encoding.Name);
            json.WriteNumber("storedLength"u8, encoding.StoredLength);
            json.WriteNumber("originalLength"u8, encoding.OriginalLength);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        json.Reset(Stream.Null);
    }

    /// <exception cref="JsonException">The text is not the record of an image.</exception>
    public static ImageInfo Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return ReadObject(utf8);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or OverflowException or ArgumentException or ImageValidationException)
        {
            throw new JsonException("a value of the record is of the wrong kind", exception);
        }
    }

    private static ImageInfo ReadObject(ReadOnlySpan<byte> utf8)
    {
        var json = new Utf8JsonReader(utf8);
        string? key = null, contentType = null, etag = null, fileName = null;
        long length = -1, created = -1, modified = -1;
        int width = 0, height = 0;
        UInt128? xxHash = null;
        Sha256Digest? sha = null;
        var metadata = MetadataEmpty;
        ImmutableArray<string> tags = [];
        ImageEncoding? encoding = null;

        Expect(json.Read() && json.TokenType == JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("key"u8))
            {
                json.Read();
                key = json.GetString();
            }
            else if (json.ValueTextEquals("contentType"u8))
            {
                json.Read();
                contentType = ReadContentType(ref json);
            }
            else if (json.ValueTextEquals("length"u8))
            {
                json.Read();
                length = json.GetInt64();
            }
            else if (json.ValueTextEquals("width"u8))
            {
                json.Read();
                width = json.GetInt32();
            }
            else if (json.ValueTextEquals("height"u8))
            {
                json.Read();
                height = json.GetInt32();
            }
            else if (json.ValueTextEquals("sha256"u8))
            {
                json.Read();
                sha = ReadSha256(ref json);
            }
            else if (json.ValueTextEquals("xxh128"u8))
            {
                json.Read();
                xxHash = UInt128.Parse(json.GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            }
            else if (json.ValueTextEquals("created"u8))
            {
                json.Read();
                created = json.GetInt64();
            }
            else if (json.ValueTextEquals("modified"u8))
            {
                json.Read();
                modified = json.GetInt64();
            }
            else if (json.ValueTextEquals("etag"u8))
            {
                json.Read();
                etag = json.GetString();
            }
            else if (json.ValueTextEquals("fileName"u8))
            {
                json.Read();
                fileName = json.GetString();
            }
            else if (json.ValueTextEquals("metadata"u8))
            {
                metadata = ReadMetadata(ref json);
            }
            else if (json.ValueTextEquals("tags"u8))
            {
                tags = ReadTags(ref json);
            }
            else if (json.ValueTextEquals("encoding"u8))
            {
                encoding = ReadEncoding(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        Expect(key is not null && contentType is not null && etag is not null && length >= 0 && created >= 0 && modified >= 0 && xxHash is not null);
        return new ImageInfo
        {
            Key = new ImageKey(key!),
            ContentType = contentType!,
            Length = length,
            Width = width,
            Height = height,
            Sha256 = sha,
            XxHash128 = xxHash!.Value,
            CreatedAt = new DateTimeOffset(created, TimeSpan.Zero),
            ModifiedAt = new DateTimeOffset(modified, TimeSpan.Zero),
            ETag = new ImageETag(etag!),
            FileName = fileName,
            Metadata = metadata,
            Tags = tags,
            Encoding = encoding,
        };
    }

    private static readonly ImmutableSortedDictionary<string, string> MetadataEmpty = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal, StringComparer.Ordinal);

    private static void WriteHashes(Utf8JsonWriter json, ImageInfo info)
    {
        Span<byte> bytes = stackalloc byte[32];
        Span<byte> hex = stackalloc byte[64];
        if (info.Sha256 is { } sha)
        {
            sha.CopyTo(bytes);
            Convert.TryToHexStringLower(bytes, hex, out _);
            json.WriteString("sha256"u8, hex);
        }

        info.XxHash128.TryFormat(hex, out var written, "x32", CultureInfo.InvariantCulture);
        json.WriteString("xxh128"u8, hex[..written]);
    }

    private static string ReadContentType(ref Utf8JsonReader json)
    {
        foreach (var known in KnownContentTypes)
        {
            if (json.ValueTextEquals(known))
            {
                return known;
            }
        }

        return json.GetString() ?? throw new JsonException("a value of the record is missing");
    }

    private static Sha256Digest ReadSha256(ref Utf8JsonReader json)
    {
        Span<byte> bytes = stackalloc byte[32];
        Expect(!json.HasValueSequence && json.ValueSpan.Length == 64 && Convert.FromHexString(json.ValueSpan, bytes, out _, out _) == OperationStatus.Done);
        return new Sha256Digest(bytes);
    }

    private static ImmutableSortedDictionary<string, string> ReadMetadata(ref Utf8JsonReader json)
    {
        var metadata = MetadataEmpty.ToBuilder();
        Expect(json.Read() && json.TokenType == JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            metadata[name] = json.GetString() ?? throw new JsonException("a value of the record is missing");
        }

        return metadata.ToImmutable();
    }

    private static ImmutableArray<string> ReadTags(ref Utf8JsonReader json)
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        Expect(json.Read() && json.TokenType == JsonTokenType.StartArray);
        while (json.Read() && json.TokenType == JsonTokenType.String)
        {
            tags.Add(json.GetString()!);
        }

        return tags.ToImmutable();
    }

    private static ImageEncoding ReadEncoding(ref Utf8JsonReader json)
    {
        string? name = null;
        long stored = 0, original = 0;
        Expect(json.Read() && json.TokenType == JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("name"u8))
            {
                json.Read();
                name = json.GetString();
            }
            else if (json.ValueTextEquals("storedLength"u8))
            {
                json.Read();
                stored = json.GetInt64();
            }
            else if (json.ValueTextEquals("originalLength"u8))
            {
                json.Read();
                original = json.GetInt64();
            }
            else
            {
                json.Skip();
            }
        }

        Expect(name is not null);
        return new ImageEncoding { Name = name!, StoredLength = stored, OriginalLength = original };
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new JsonException("the record is not complete");
        }
    }
}
