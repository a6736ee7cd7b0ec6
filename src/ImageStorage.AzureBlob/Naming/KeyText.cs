using System.Buffers.Text;
using System.Text;

namespace ImageStorage.AzureBlob.Naming;

/// <summary>A key as a metadata value of a blob. Metadata are HTTP headers and therefore ASCII.</summary>
internal static class KeyText
{
    /// <summary>The name of the value.</summary>
    public const string MetadataName = "key";

    /// <summary>Returns metadata that name the image of a blob.</summary>
    public static Dictionary<string, string> MetadataOf(ImageKey key) => new() { [MetadataName] = Encode(key) };

    /// <summary>Reads the key from metadata.</summary>
    public static bool TryRead(IDictionary<string, string>? metadata, out ImageKey key)
    {
        key = default;
        return metadata is not null && metadata.TryGetValue(MetadataName, out var text) && TryDecode(text, out key);
    }

    private static string Encode(ImageKey key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key.Value));

    private static bool TryDecode(string text, out ImageKey key)
    {
        key = default;
        return Base64Url.IsValid(text) && ImageKey.TryParse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)), out key);
    }
}
