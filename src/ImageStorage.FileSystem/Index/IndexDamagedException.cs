namespace ImageStorage.FileSystem.Index;

/// <summary>The index is lost or damaged. It can be rebuilt from the images.</summary>
/// <param name="what">The damage.</param>
internal sealed class IndexDamagedException(string what) : Exception($"The index of the store is damaged: {what}.");
