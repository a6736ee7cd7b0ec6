namespace ImageStorage;

/// <summary>The part of an image's bytes that a read returns.</summary>
/// <param name="Offset">The first byte, from 0.</param>
/// <param name="Length">The number of bytes.</param>
public readonly record struct ResolvedRange(long Offset, long Length);
