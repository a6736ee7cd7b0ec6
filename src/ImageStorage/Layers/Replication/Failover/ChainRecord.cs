using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>
/// The chain of fallbacks that belongs to a primary. The primary's copy is authoritative. Each fallback has a copy as
/// well, so that a process that starts while the primary is unavailable can still tell whether a fallback is the right
/// one.
/// </summary>
/// <param name="Chain">A random id of the chain; new for each change of the chain.</param>
/// <param name="Primary">The identity of the primary.</param>
/// <param name="Fallbacks">The identities of the fallbacks, in their order.</param>
internal sealed record ChainRecord(string Chain, Guid Primary, ImmutableArray<Guid> Fallbacks)
{
    /// <summary>The name of the document on the primary.</summary>
    public static readonly DocumentName PrimaryName = "failover-chain/primary";

    /// <summary>The name of the document on each fallback.</summary>
    public static readonly DocumentName FallbackName = "failover-chain/fallback";

    private const int Format = 1;

    /// <summary>Gets the id of the chain that this chain replaced; null for the first chain.</summary>
    public string? Replaced { get; init; }

    /// <summary>
    /// Gets hashes of the locations at which processes have reached the primary. Only in the copy of a fallback; empty
    /// for providers without a location.
    /// </summary>
    public ImmutableArray<string> Locations { get; init; } = [];

    /// <summary>Gets the version of the document that the record was read from.</summary>
    public DocumentETag Version { get; init; }

    /// <summary>Reads a record, or returns null if there is none.</summary>
    /// <exception cref="StorageCorruptedException">The document cannot be read.</exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the document.</exception>
    public static async Task<ChainRecord?> ReadAsync(IDocumentStore documents, DocumentName name, string provider, CancellationToken cancellationToken) =>
        await documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } document ? Parse(document, provider) : null;

    /// <summary>
    /// Writes the record if the document still has a version; returns false if another process was faster.
    /// </summary>
    public async Task<bool> TryWriteAsync(IDocumentStore documents, DocumentName name, DocumentETag version, CancellationToken cancellationToken)
    {
        try
        {
            await documents.PutAsync(name, ToBytes(), version, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }

    private byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("chain", Chain);
            json.WriteString("primary", Primary.ToString("N"));
            WriteTexts(json, "fallbacks", Fallbacks.Select(id => id.ToString("N")));
            if (Replaced is not null)
            {
                json.WriteString("replaced", Replaced);
            }

            WriteTexts(json, "locations", Locations);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static ChainRecord Parse(StoredDocument document, string provider)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Content);
            var root = json.RootElement;
            var format = root.GetProperty("format").GetInt32();
            if (format > Format)
            {
                throw new StorageNotSupportedException(
                    string.Create(CultureInfo.InvariantCulture, $"A newer version of ImageStorage wrote the document '{document.Name}' of {provider} (format {format}; this version knows {Format}). Update the package."))
                {
                    Provider = provider,
                };
            }

            return new ChainRecord(TextOf(root.GetProperty("chain")), IdOf(root.GetProperty("primary")), [.. root.GetProperty("fallbacks").EnumerateArray().Select(IdOf)])
            {
                Replaced = root.TryGetProperty("replaced", out var replaced) ? TextOf(replaced) : null,
                Locations = [.. root.GetProperty("locations").EnumerateArray().Select(TextOf)],
                Version = document.ETag,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new StorageCorruptedException(
                $"The document '{document.Name}' of {provider}, which says which fallbacks belong to which primary, cannot be read. Replay what waits on the fallbacks if you can, restore the document from a copy of the store, or delete it: the next start records the configured chain.",
                exception)
            {
                Provider = provider,
            };
        }
    }

    private static string TextOf(JsonElement element) => element.GetString() ?? throw new FormatException("A text is null.");

    private static Guid IdOf(JsonElement element) => Guid.ParseExact(TextOf(element), "N");
}
