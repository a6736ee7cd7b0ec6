using System.Buffers;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>The content of a lease document.</summary>
/// <param name="Renewals">The number of times that the owner has written the document; null if the document does not
/// say so.</param>
/// <param name="Duration">How long the lease lasts after a renewal; null if the document does not say so.</param>
/// <param name="SilentFor">The time that has certainly passed since the owner wrote the document. Watchers record this
/// time, and a renewal removes it.</param>
internal sealed record ProcessLeaseDocument(long? Renewals, TimeSpan? Duration, TimeSpan SilentFor)
{
    /// <summary>
    /// Reads a lease document. A property that is missing or wrong counts as missing, so that documents of other
    /// versions of the library work.
    /// </summary>
    public static ProcessLeaseDocument Read(StoredDocument document)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Content);
            return new ProcessLeaseDocument(Number(json, "renewals"), Milliseconds(json, "durationMs"), Milliseconds(json, "silentMs") ?? TimeSpan.Zero);
        }
        catch (JsonException)
        {
            return new ProcessLeaseDocument(null, null, TimeSpan.Zero);
        }
    }

    /// <summary>Returns the content as JSON.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Write(json, "renewals", Renewals);
            Write(json, "durationMs", (long?)Duration?.TotalMilliseconds);
            Write(json, "silentMs", SilentFor > TimeSpan.Zero ? (long)SilentFor.TotalMilliseconds : null);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static TimeSpan? Milliseconds(JsonDocument json, string name) =>
        Number(json, name) is { } number and >= 0 and <= long.MaxValue / TimeSpan.TicksPerMillisecond ? TimeSpan.FromTicks(number * TimeSpan.TicksPerMillisecond) : null;

    private static long? Number(JsonDocument json, string name) =>
        json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;
}
