namespace ImageStorage.Providers;

/// <summary>Evaluates, for providers and layers, what an application asks for.</summary>
public static class RequestExtensions
{
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
    /// <exception cref="ImageValidationException">The range is empty, or begins at or after the end of the image.</exception>
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

    /// <summary>Returns the record of an image after an update. The caller sets <see cref="ImageInfo.ETag"/> and <see cref="ImageInfo.ModifiedAt"/>.</summary>
    /// <param name="update">The update.</param>
    /// <param name="info">The record before the update.</param>
    public static ImageInfo ApplyTo(this ImageUpdate update, ImageInfo info)
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(info);
        return update.ApplyTo(info);
    }

    /// <summary>Returns the version that an update must record; null if the provider creates the version. See <see cref="PutRequest.NewETag"/>.</summary>
    /// <param name="update">The update.</param>
    public static ImageETag? GetNewETag(this ImageUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return update.NewETag;
    }

    /// <summary>Returns a copy of an update that records a version. See <see cref="PutRequest.NewETag"/>.</summary>
    /// <param name="update">The update.</param>
    /// <param name="version">The version; null for a version that the provider creates.</param>
    public static ImageUpdate WithNewETag(this ImageUpdate update, ImageETag? version)
    {
        ArgumentNullException.ThrowIfNull(update);
        return update with { NewETag = version };
    }
}
