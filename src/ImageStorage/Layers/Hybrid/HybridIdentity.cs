using System.Text;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>What is written into both halves of a hybrid store, so that halves of two stores are never put together.</summary>
/// <param name="Store">32 hexadecimal digits, the same in both halves.</param>
/// <param name="IsPaired">In the catalog: has the content store been given its part? From then on it must be there.</param>
internal sealed record HybridIdentity(string Store, bool IsPaired)
{
    private const string Format = "ImageStorage.Hybrid";
    private const int Version = 1;

    public ReadOnlyMemory<byte> ToBytes() =>
        Encoding.UTF8.GetBytes($$"""{ "format": "{{Format}}", "version": {{Version}}, "store": "{{Store}}", "paired": {{(IsPaired ? "true" : "false")}} }""");

    /// <summary>Reads what a half says; null when it says nothing.</summary>
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
                    : throw new StorageNotSupportedException($"The hybrid store was written by a newer version of ImageStorage (layout {version}, known here: {Version}). Update the package.") { Provider = HybridImageProvider.ProviderName };
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Unreadable(document.Name, exception);
        }

        throw Unreadable(document.Name, null);
    }

    private static StorageCorruptedException Unreadable(DocumentName name, Exception? exception) =>
        new($"The document '{name}' of the hybrid store cannot be read, so nobody can tell whether its two halves belong together. Restore it from a copy.", exception) { Provider = HybridImageProvider.ProviderName };
}
