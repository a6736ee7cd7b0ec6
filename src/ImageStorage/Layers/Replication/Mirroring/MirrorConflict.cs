namespace ImageStorage;

/// <summary>Both sides of a mirror had been written without the other, or one of them past the store. Both versions are kept.</summary>
/// <param name="Key">The image.</param>
/// <param name="Winner">The provider whose version counts.</param>
/// <param name="Kept">The key of the image that keeps the other version.</param>
public sealed record MirrorConflict(ImageKey Key, string Winner, ImageKey Kept) : StorageEvent;
