using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>The identity in both parts of a hybrid store, so that parts of two stores are never combined.</summary>
internal sealed record HybridIdentity : VersionedContent
{
    private const int KnownFormat = 1;

    /// <summary>Gets 32 hexadecimal digits, the same in both parts.</summary>
    public required string Store { get; init; }

    /// <summary>
    /// Gets a value that indicates in the catalog whether the content store has the identity. From then on, the content
    /// store must exist.
    /// </summary>
    [JsonPropertyName("paired")]
    public required bool IsPaired { get; init; }

    /// <summary>Returns the identity of a new store.</summary>
    public static HybridIdentity New() => new() { Format = KnownFormat, Store = Guid.NewGuid().ToString("N"), IsPaired = false };

    public byte[] ToBytes() => DocumentJson.Write(this, HybridJson.Instance.HybridIdentity);

    /// <summary>Reads the identity of a part, or returns <see langword="null"/> if the part has none.</summary>
    public static HybridIdentity? Read(StoredDocument? document) => document is null ? null : DocumentJson.Read(
        document,
        HybridJson.Instance.HybridIdentity,
        KnownFormat,
        newer => new StorageNotSupportedException($"A newer version of ImageStorage wrote the hybrid store (format {newer}; this version knows {KnownFormat}). Update the package.") { Provider = HybridImageProvider.ProviderName },
        failure => new StorageCorruptedException($"The document '{document.Name}' of the hybrid store cannot be read, so the parts may not belong together. Restore the document from a backup.", failure) { Provider = HybridImageProvider.ProviderName });
}
