namespace ImageStorage.Formats;

/// <summary>What the data of an item are.</summary>
internal enum AvifDataKind
{
    /// <summary>Not of interest: metadata, or an item of another kind.</summary>
    Other,

    /// <summary>Units of AV1.</summary>
    Units,

    /// <summary>The layout of a grid of other items.</summary>
    Grid,

    /// <summary>The layout of items on a canvas.</summary>
    Overlay,
}
