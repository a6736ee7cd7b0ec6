namespace ImageStorage;

/// <summary>What becomes of an image that is longer than the primary takes.</summary>
public enum OversizedImages
{
    /// <summary>It is refused, as by the primary alone.</summary>
    Refuse,

    /// <summary>Its bytes go to the first fallback that takes them, and stay there; the primary keeps the record, so it is found, listed, judged and deleted like any other.</summary>
    NextProvider,
}
