namespace ImageStorage.FileSystem.Index;

/// <summary>The index is lost or damaged. It can be made anew from the images.</summary>
/// <param name="what">What is wrong.</param>
internal sealed class IndexDamagedException(string what) : Exception($"The index of the store is damaged: {what}.");
