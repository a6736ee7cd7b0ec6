namespace ImageStorage;

/// <summary>A write was acknowledged that one side of a mirror has missed. It is noted, and brought there when that side is back.</summary>
/// <param name="Key">The image.</param>
/// <param name="Replica">The provider that missed it.</param>
/// <param name="Reason">Why.</param>
public sealed record ReplicaMissed(ImageKey Key, string Replica, string Reason) : StorageEvent;
