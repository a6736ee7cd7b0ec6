using System.Buffers.Text;
using System.Text;

namespace ImageStorage.AzureBlob.Naming;

/// <summary>A key as a value of a blob's metadata, which is an HTTP header and so ASCII.</summary>
internal static class KeyText
{
    /// <summary>The name of that value.</summary>
    public const string MetadataName = "key";

    /// <summary>The metadata that says which image a blob belongs to.</summary>
    public static Dictionary<string, string> MetadataOf(ImageKey key) => new() { [MetadataName] = Encode(key) };

    /// <summary>Reads it.</summary>
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
