namespace ImageStorage;

/// <summary>What a provider is for in its store.</summary>
public enum ProviderRole
{
    /// <summary>The provider of the store.</summary>
    Primary,

    /// <summary>Takes the writes while those before it are down.</summary>
    Fallback,

    /// <summary>Holds all that the primary holds.</summary>
    Mirror,

    /// <summary>The records of a hybrid store, and its small images.</summary>
    Catalog,

    /// <summary>The bytes of the large images of a hybrid store.</summary>
    Content,

    /// <summary>One that could have been chosen by <c>auto</c> and is not used.</summary>
    Candidate,
}
