namespace ImageStorage.FileSystem.Listing;

/// <summary>A file, or a foreign folder, in the tree of images.</summary>
/// <param name="Path">The path, relative to the root of the store.</param>
/// <param name="Key">The key of the image, or <see langword="null"/> for a file or folder that the library did not
/// write.</param>
internal readonly record struct WalkedFile(string Path, ImageKey? Key);
