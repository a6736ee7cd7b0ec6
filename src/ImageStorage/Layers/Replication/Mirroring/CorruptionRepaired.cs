namespace ImageStorage;

/// <summary>An image that was found damaged on one side of a mirror was replaced there by the sound one of the other.</summary>
/// <param name="Key">The image.</param>
/// <param name="Replica">The provider that had it damaged.</param>
public sealed record CorruptionRepaired(ImageKey Key, string Replica) : StorageEvent;
