namespace ImageStorage.Caching.Memory;

/// <summary>A part of the cache's memory: 2^<paramref name="Order"/> units of a chunk.</summary>
/// <param name="Chunk">The index of the chunk.</param>
/// <param name="Unit">The index of the first unit in the chunk.</param>
/// <param name="Order">The binary logarithm of the number of units.</param>
internal readonly record struct Extent(int Chunk, int Unit, int Order);
