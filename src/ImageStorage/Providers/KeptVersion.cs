namespace ImageStorage.Providers;

/// <summary>The version of an image that is copied from another store, to be recorded as it is there, so that both name it alike.</summary>
/// <param name="ETag">Its ETag. It stands for these very bytes and this very record, or the promise of <see cref="ImageETag"/> is broken.</param>
/// <param name="ModifiedAt">Its time of modification.</param>
public sealed record KeptVersion(ImageETag ETag, DateTimeOffset ModifiedAt);
