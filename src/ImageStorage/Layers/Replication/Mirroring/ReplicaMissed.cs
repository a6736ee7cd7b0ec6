namespace ImageStorage;

/// <summary>
/// A replica of a mirror missed a write that was acknowledged. A hint records the write, and the image is copied when
/// the replica is available again.
/// </summary>
/// <param name="Key">The image.</param>
/// <param name="Replica">The provider that missed the write.</param>
/// <param name="Reason">The reason.</param>
public sealed record ReplicaMissed(ImageKey Key, string Replica, string Reason) : StorageEvent;
