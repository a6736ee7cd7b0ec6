namespace ImageStorage;

/// <summary>The number of images and bytes in a store.</summary>
/// <param name="Count">The number of images.</param>
/// <param name="Bytes">The sum of the lengths of all images (<see cref="ImageInfo.Length"/>). Overhead of the store and
/// savings of an encoding do not count.</param>
/// <param name="AvailableBytes">The number of free bytes of the medium; null if unknown.</param>
public sealed record StorageUsage(long Count, long Bytes, long? AvailableBytes);
