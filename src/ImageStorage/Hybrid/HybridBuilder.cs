using ImageStorage.Registration;

namespace ImageStorage.Hybrid;

/// <summary>Describes the two halves of a hybrid store while services are registered: each takes a <c>Use…</c> method of a provider package.</summary>
public sealed class HybridBuilder
{
    internal HybridBuilder(ImageStorageBuilder builder)
    {
        Catalog = builder.PartOf("The catalog");
        Content = builder.PartOf("The content store");
    }

    /// <summary>Holds every record, all documents and the bytes of small images.</summary>
    public ImageStorageBuilder Catalog { get; }

    /// <summary>Holds the bytes of large images.</summary>
    public ImageStorageBuilder Content { get; }

    /// <summary>Where the two divide, and when left-over bytes are taken away.</summary>
    public HybridStorageOptions Options { get; } = new();
}
