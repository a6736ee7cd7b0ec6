namespace ImageStorage.Tool.Importing;

/// <summary>The ways in which an import treats a key with an image.</summary>
internal enum ExistingImages
{
    /// <summary>The same bytes are counted as unchanged, other bytes are refused.</summary>
    Compare,

    /// <summary>The image stays, without a comparison.</summary>
    Keep,

    /// <summary>Other bytes replace the image.</summary>
    Overwrite,
}
