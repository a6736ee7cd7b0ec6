namespace ImageStorage.Replication;

/// <summary>Compares two versions of an image on different providers.</summary>
internal static class SameRecord
{
    /// <summary>
    /// Returns whether two records say the same about the same bytes, the fields of a newer version of the library
    /// included. ETag and time of modification may differ: each write has its own.
    /// </summary>
    public static bool Is(ImageInfo one, ImageInfo other) =>
        one with { ETag = other.ETag, ModifiedAt = other.ModifiedAt } == other && one.UnknownFields.AsSpan().SequenceEqual(other.UnknownFields.AsSpan());
}
