using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>The bytes of an image from one of the parts. Failures are reported under the key of the image.</summary>
internal sealed class HybridStream(Stream inner, ImageKey key, bool ofContent) : ObservedStream(inner)
{
    protected override ImageStorageException Translate(ImageStorageException failure) =>
        !HybridErrors.IsFromPart(failure) ? failure
        : ofContent ? HybridErrors.FromContent(failure, key)
        : HybridErrors.FromCatalog(failure, key);
}
