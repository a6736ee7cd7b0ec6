namespace ImageStorage.FileSystem.Index;

/// <summary>An image at its time of creation.</summary>
internal readonly record struct IndexEntry(DateTimeOffset CreatedAt, ImageKey Key);
