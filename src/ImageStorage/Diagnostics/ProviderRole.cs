namespace ImageStorage;

/// <summary>Specifies the role of a provider in its store.</summary>
public enum ProviderRole
{
    /// <summary>The main provider of the store.</summary>
    Primary,

    /// <summary>The provider that accepts writes while the providers before it are unavailable.</summary>
    Fallback,

    /// <summary>The second replica of a mirror.</summary>
    Mirror,

    /// <summary>The part of a hybrid with the records and the small images.</summary>
    Catalog,

    /// <summary>The part of a hybrid with the payloads of the large images.</summary>
    Content,

    /// <summary>A provider that <c>auto</c> did not choose.</summary>
    Candidate,
}
