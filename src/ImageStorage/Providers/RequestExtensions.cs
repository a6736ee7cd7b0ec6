namespace ImageStorage.Providers;

/// <summary>Evaluates, for providers and layers, what an application asks for.</summary>
public static class RequestExtensions
{
    /// <summary>Returns the length and the hashes of the bytes of an image.</summary>
    /// <param name="info">The record of the image.</param>
    extension(ImageInfo info)
    {
        /// <summary>Gets the length and the hashes of the bytes of the image.</summary>
        public ContentDigest Digest => new(info.Length, info.XxHash128, info.Sha256);
    }

    /// <summary>Returns whether a precondition holds.</summary>
    /// <param name="precondition">The precondition.</param>
    /// <param name="current">The version of the image; null if the image does not exist.</param>
    public static bool IsSatisfiedBy(this Precondition precondition, ImageETag? current)
    {
        ArgumentNullException.ThrowIfNull(precondition);
        return precondition.IsSatisfiedBy(current);
    }

    /// <summary>Returns the part of an image that a range selects.</summary>
    /// <param name="range">The range.</param>
    /// <param name="key">The image, for the message of the exception.</param>
    /// <param name="totalLength">The number of bytes of the image.</param>
    /// <exception cref="ImageRangeException">The range is empty, or begins at or after the end of the image.</exception>
    public static ResolvedRange Resolve(this ByteRange range, ImageKey key, long totalLength) => range.Resolve(key, totalLength);

    /// <summary>Returns whether an image passes the filters of a query. The continuation token is not considered.</summary>
    /// <param name="query">The query.</param>
    /// <param name="info">The record of the image.</param>
    public static bool Matches(this ImageQuery query, ImageInfo info)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(info);
        return query.Matches(info);
    }
}
