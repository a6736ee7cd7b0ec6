namespace ImageStorage.FileSystem.Listing;

/// <summary>A file or stray folder met in the tree of images.</summary>
/// <param name="Path">Where it lies, relative to the root of the store.</param>
/// <param name="Key">The key that its name stands for, or null when it stands for none.</param>
internal readonly record struct WalkedFile(string Path, ImageKey? Key);
