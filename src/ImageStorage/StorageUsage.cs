namespace ImageStorage;

/// <summary>How much a store holds.</summary>
/// <param name="Count">The number of images.</param>
/// <param name="Bytes">The bytes of all images together (<see cref="ImageInfo.Length"/>), without what the store adds or an encoding saves.</param>
/// <param name="AvailableBytes">How many bytes the medium can still take; null where nobody can tell.</param>
public sealed record StorageUsage(long Count, long Bytes, long? AvailableBytes);
