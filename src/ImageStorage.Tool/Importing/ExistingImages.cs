namespace ImageStorage.Tool.Importing;

/// <summary>What an import does when a key has an image.</summary>
internal enum ExistingImages
{
    /// <summary>The same bytes are counted as unchanged, other bytes are refused.</summary>
    Compare,

    /// <summary>The image stays, whatever it is.</summary>
    Keep,

    /// <summary>Other bytes replace the image.</summary>
    Overwrite,
}
