namespace ImageStorage;

/// <summary>
/// The order of a listing. Images with the same creation time are in ordinal order of their keys; reversed for newest
/// first.
/// </summary>
public enum ImageOrder
{
    /// <summary>Newest first, by <see cref="ImageInfo.CreatedAt"/>. This is the default.</summary>
    CreatedDescending,

    /// <summary>Oldest first, by <see cref="ImageInfo.CreatedAt"/>.</summary>
    CreatedAscending,

    /// <summary>By key, ordinal (UTF-16 code units).</summary>
    KeyAscending,
}
