using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ImageStorage.AzureBlob.Records;

/// <summary>
/// The key of the image that a version was retained of, as a metadata value of its own: the record of a blob has a hash
/// of the key only. A restore removes the value.
/// </summary>
internal static class RetainedKey
{
    private const string Name = "imagestoragekey";

    /// <summary>The maximum number of characters that name and value need in the metadata of a blob.</summary>
    public static int MaxLength { get; } = Name.Length + Base64Url.GetEncodedLength(ImageKey.MaxBytes);

    /// <summary>Returns the metadata of a retained version.</summary>
    public static Dictionary<string, string> AddTo(IDictionary<string, string> metadata, ImageKey key) =>
        new(metadata, StringComparer.OrdinalIgnoreCase) { [Name] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key.Value)) };

    /// <summary>Returns the metadata of a restored image.</summary>
    public static Dictionary<string, string> RemoveFrom(IDictionary<string, string> metadata)
    {
        var restored = new Dictionary<string, string>(metadata, StringComparer.OrdinalIgnoreCase);
        restored.Remove(Name);
        return restored;
    }

    /// <summary>Returns the key in the metadata of a retained version.</summary>
    /// <exception cref="ImageCorruptedException">The key is missing or damaged.</exception>
    public static ImageKey In(string id, IDictionary<string, string>? metadata) => TryRead(metadata, out var key)
        ? key
        : throw new ImageCorruptedException($"The version that is retained as '{id}' in {AzureBlobImageProvider.ProviderName} is damaged: its blob does not name its image. Drop the version, or move its blob out of the store.") { Provider = AzureBlobImageProvider.ProviderName, Reason = "the blob of a retained version does not name its image" };

    /// <summary>Reads the key in the metadata of a retained version.</summary>
    /// <returns><see langword="false"/> if the key is missing or damaged.</returns>
    public static bool TryRead(IDictionary<string, string>? metadata, out ImageKey key)
    {
        key = default;
        Span<byte> bytes = stackalloc byte[ImageKey.MaxBytes];
        return metadata is not null && metadata.TryGetValue(Name, out var text) && Base64Url.GetMaxDecodedLength(text.Length) <= bytes.Length + 2
            && Base64Url.DecodeFromChars(text, bytes, out _, out var length) == OperationStatus.Done && ImageKey.TryParse(Encoding.UTF8.GetString(bytes[..length]), out key);
    }
}
