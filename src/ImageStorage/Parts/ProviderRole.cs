namespace ImageStorage;

/// <summary>The roles of a provider in a store.</summary>
public enum ProviderRole
{
    /// <summary>The provider of the store.</summary>
    Primary,

    /// <summary>A fallback, which accepts writes while the providers before it are unavailable.</summary>
    Fallback,

    /// <summary>The mirror, which holds all images of the primary.</summary>
    Mirror,

    /// <summary>The catalog of a hybrid provider: all records and the small images.</summary>
    Catalog,

    /// <summary>The content of a hybrid provider: the bytes of the large images.</summary>
    Content,

    /// <summary>A candidate of <c>auto</c> that is not used.</summary>
    Candidate,
}
