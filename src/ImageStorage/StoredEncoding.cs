using System.Globalization;

namespace ImageStorage;

/// <summary>Describes an image whose stored bytes are encoded, where no layer of the store decodes them.</summary>
internal static class StoredEncoding
{
    /// <summary>
    /// Marks the last encoding of a record whose payload is in the content store of a hybrid provider.
    /// </summary>
    public const string ExternalMark = "external:";

    public static string Describe(ImageEncoding encoding) => IsExternal(encoding)
        ? "the store is the catalog of a hybrid store and holds only the record of the image; its bytes are in the content store"
        : $"its bytes were stored in the encoding '{encoding.Name}', which no layer of this store decodes";

    public static string Remedy(ImageEncoding encoding) => IsExternal(encoding)
        ? "open the hybrid store, with this catalog and its content store together"
        : "open the store with the layers with which the image was saved";

    /// <summary>
    /// Returns the number of bytes that are stored for the image. The mark of an external payload ends with a colon and
    /// this number.
    /// </summary>
    public static long LengthOf(ImageEncoding encoding) =>
        IsExternal(encoding) && long.TryParse(encoding.Name.AsSpan(encoding.Name.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : encoding.StoredLength;

    private static bool IsExternal(ImageEncoding encoding) => encoding.Name.AsSpan(encoding.Name.LastIndexOf('+') + 1).StartsWith(ExternalMark, StringComparison.Ordinal);
}
