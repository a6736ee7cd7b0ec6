namespace ImageStorage.AzureBlob.Index;

/// <summary>
/// The entry of an image in the created index. The id distinguishes the image from earlier images with the same key and
/// time.
/// </summary>
internal readonly record struct IndexEntry(DateTimeOffset CreatedAt, ImageKey Key, ulong Id);
