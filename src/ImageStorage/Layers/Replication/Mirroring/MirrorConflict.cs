namespace ImageStorage;

/// <summary>Both replicas of a mirror were written independently. Both versions are retained.</summary>
/// <param name="Key">The image.</param>
/// <param name="Winner">The provider whose version wins.</param>
/// <param name="RetainedAs">The key of the image that holds the other version.</param>
public sealed record MirrorConflict(ImageKey Key, string Winner, ImageKey RetainedAs) : StorageEvent;
