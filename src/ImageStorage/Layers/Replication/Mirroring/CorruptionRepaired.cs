namespace ImageStorage;

/// <summary>A damaged image on one replica of a mirror was replaced by the sound image of the other.</summary>
/// <param name="Key">The image.</param>
/// <param name="Replica">The provider that had the damaged image.</param>
public sealed record CorruptionRepaired(ImageKey Key, string Replica) : StorageEvent;
