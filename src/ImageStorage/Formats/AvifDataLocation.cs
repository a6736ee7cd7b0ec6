namespace ImageStorage.Formats;

/// <summary>The location of the first extent of the data of an item.</summary>
/// <param name="Item">The identifier of the item.</param>
/// <param name="Offset">The position in the content, or in the data of the description (<c>idat</c>).</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="IsInDescription">True for data in the description.</param>
/// <param name="Kind">The kind of data.</param>
internal readonly record struct AvifDataLocation(uint Item, long Offset, long Length, bool IsInDescription, AvifDataKind Kind);
