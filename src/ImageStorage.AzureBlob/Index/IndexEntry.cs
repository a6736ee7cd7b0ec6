namespace ImageStorage.AzureBlob.Index;

/// <summary>An image at its time of creation. The id tells it from earlier images of the same key and time.</summary>
internal readonly record struct IndexEntry(DateTimeOffset CreatedAt, ImageKey Key, ulong Id);
