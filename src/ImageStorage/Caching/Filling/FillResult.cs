using ImageStorage.Caching.Memory;

namespace ImageStorage.Caching.Filling;

/// <summary>What a fill came to: an image in memory, one that is not cached, or none.</summary>
/// <param name="Cached">The image in memory, held by the fill.</param>
/// <param name="Uncached">The image as the provider opened it, when it is too large for the cache or there is no room: for the first who takes it.</param>
internal readonly record struct FillResult(CachedImage? Cached, StoredImage? Uncached);
