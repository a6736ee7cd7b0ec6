using ImageStorage.Failover;
using ImageStorage.Hybrid;

namespace ImageStorage.Providers;

/// <summary>What to say about an image whose stored bytes are not the bytes of the image, where no layer of the store turns them into the image.</summary>
internal static class StoredEncoding
{
    public static string Describe(ImageEncoding encoding) => IsHybrid(encoding)
        ? "the store is the catalog of a hybrid store and holds only the record of the image; its bytes are in the content store"
        : IsRouted(encoding)
        ? "the store is the primary of a store with a fallback and holds only the record of the image; its bytes are on the fallback"
        : $"its bytes were stored in the encoding '{encoding.Name}', which this store does not undo";

    public static string Remedy(ImageEncoding encoding) => IsHybrid(encoding)
        ? "open the hybrid store, with this catalog and its content store together"
        : IsRouted(encoding)
        ? $"open the store with its fallback and FailoverOptions.Oversized set to {nameof(OversizedImages.NextProvider)}, as it was when the image was saved"
        : "open the store with the layers with which the image was saved";

    private static bool IsHybrid(ImageEncoding encoding) => ContentReference.In(encoding) is not null;

    private static bool IsRouted(ImageEncoding encoding) => RoutedReference.In(encoding) is not null;
}
