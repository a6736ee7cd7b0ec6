using ImageStorage.Hybrid;

namespace ImageStorage.Providers;

/// <summary>Describes an image whose stored bytes are encoded, where no layer of the store decodes them.</summary>
internal static class StoredEncoding
{
    public static string Describe(ImageEncoding encoding) => IsHybrid(encoding)
        ? "the store is the catalog of a hybrid store and holds only the record of the image; its bytes are in the content store"
        : $"its bytes were stored in the encoding '{encoding.Name}', which this store does not undo";

    public static string Remedy(ImageEncoding encoding) => IsHybrid(encoding)
        ? "open the hybrid store, with this catalog and its content store together"
        : "open the store with the layers with which the image was saved";

    private static bool IsHybrid(ImageEncoding encoding) => ContentReference.In(encoding) is not null;
}
