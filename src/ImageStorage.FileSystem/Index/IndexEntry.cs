namespace ImageStorage.FileSystem.Index;

/// <summary>An image and its time of creation.</summary>
internal readonly record struct IndexEntry(DateTimeOffset CreatedAt, ImageKey Key);
