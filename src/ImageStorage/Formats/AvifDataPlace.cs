namespace ImageStorage.Formats;

/// <summary>Where the first part of the data of an item is.</summary>
/// <param name="Item">The identifier of the item.</param>
/// <param name="Offset">The position in the content, or in the data of the description (<c>idat</c>).</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="IsInside">Whether the data are in the description.</param>
/// <param name="Kind">What the data are.</param>
internal readonly record struct AvifDataPlace(uint Item, long Offset, long Length, bool IsInside, AvifDataKind Kind);
