using System.Text;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>The identity in both parts of a hybrid store, so that parts of two stores are never combined.</summary>
/// <param name="Store">32 hexadecimal digits, the same in both parts.</param>
/// <param name="IsPaired">In the catalog: whether the content store has the identity. From then on, the content store
/// must exist.</param>
internal sealed record HybridIdentity(string Store, bool IsPaired)
{
    private const string Format = "ImageStorage.Hybrid";
    private const int Version = 1;

    public ReadOnlyMemory<byte> ToBytes() =>
        Encoding.UTF8.GetBytes($$"""{ "format": "{{Format}}", "version": {{Version}}, "store": "{{Store}}", "paired": {{(IsPaired ? "true" : "false")}} }""");

    /// <summary>Reads the identity of a part, or returns <see langword="null"/> if the part has none.</summary>
    public static HybridIdentity? Read(StoredDocument? document)
    {
        if (document is null)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(document.Content);
            var root = json.RootElement;
            if (root.GetProperty("format").GetString() == Format && root.GetProperty("version").GetInt32() is var version && root.GetProperty("store").GetString() is { } store)
            {
                return version <= Version
                    ? new HybridIdentity(store, root.GetProperty("paired").GetBoolean())
                    : throw new StorageNotSupportedException($"A newer version of ImageStorage wrote the hybrid store (format {version}; this version knows {Version}). Update the package.") { Provider = HybridImageProvider.ProviderName };
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Unreadable(document.Name, exception);
        }

        throw Unreadable(document.Name, null);
    }

    private static StorageCorruptedException Unreadable(DocumentName name, Exception? exception) =>
        new($"The document '{name}' of the hybrid store cannot be read, so the parts may not belong together. Restore the document from a backup.", exception) { Provider = HybridImageProvider.ProviderName };
}
