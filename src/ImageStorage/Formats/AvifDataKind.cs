namespace ImageStorage.Formats;

/// <summary>The kind of data of an item.</summary>
internal enum AvifDataKind
{
    /// <summary>Data that are not read: metadata, or an item of another kind.</summary>
    Other,

    /// <summary>Units of AV1.</summary>
    Units,

    /// <summary>The layout of a grid of other items.</summary>
    Grid,

    /// <summary>The layout of items on a canvas.</summary>
    Overlay,
}
