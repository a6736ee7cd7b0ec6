namespace ImageStorage.Providers;

/// <summary>
/// Retains versions of images and restores them exactly: their bytes and their complete records, times and ETags
/// included. Retained versions are in no listing and no usage, and are as durable as images. Retaining a version copies
/// no bytes through the application.
/// </summary>
/// <remarks>
/// An id is 1 to 64 characters of <c>a-z</c>, <c>0-9</c> and <c>-</c>, and is used for one version only. The first part
/// of an id names its owner (<see cref="RetainedVersionRules"/>); each owner drops only its own versions. A caller that
/// retains a version must also drop the id, also after <see langword="false"/> or a failure: an attempt may have been
/// successful, or may have left a part under the id, which is listed and has no record. Thread-safe.
/// </remarks>
public interface IVersionKeeper
{
    /// <summary>
    /// Retains a version of an image under an id. Retaining the same version under the same id again succeeds.
    /// </summary>
    /// <param name="id">A new id.</param>
    /// <param name="key">The image.</param>
    /// <param name="version">The version to retain.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns><see langword="false"/> if the image does not have this version; the call has retained nothing. What an
    /// earlier attempt has retained under the id stays.</returns>
    Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default);

    /// <summary>Returns the record of a retained version; <see langword="null"/> if no version is retained under the
    /// id.</summary>
    /// <param name="id">The id of the retained version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ImageCorruptedException">The record is damaged.</exception>
    Task<ImageInfo?> GetRetainedAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens a retained version, or a range of the version, verified like an image. Returns <see langword="null"/> if no
    /// version is retained under the id. An open stream keeps the version, also after the version is dropped.
    /// </summary>
    /// <param name="id">The id of the retained version.</param>
    /// <param name="options">The range and the expected version; <see langword="null"/> for the complete
    /// version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ImageConflictException">Another version than <see cref="GetOptions.IfMatch"/> is
    /// retained.</exception>
    /// <exception cref="ImageCorruptedException">The version is damaged.</exception>
    Task<StoredImage?> OpenRetainedAsync(string id, GetOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Restores a retained version as the image, atomically. The version remains retained. Restoring the version again
    /// succeeds: if the image already has the retained version, an earlier attempt may have restored the version without
    /// an answer, and the call makes that durable, whatever <paramref name="replaces"/> is.
    /// </summary>
    /// <param name="id">The id of the retained version.</param>
    /// <param name="key">The image that the version was retained of.</param>
    /// <param name="replaces">The version that the image must have now; <see langword="null"/> for no image.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns><see langword="false"/> if no version is retained under the id; nothing was changed.</returns>
    /// <exception cref="ImageConflictException">The image has neither the version <paramref name="replaces"/> nor the
    /// retained version. The image is unchanged.</exception>
    Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default);

    /// <summary>Drops a retained version.</summary>
    /// <param name="id">The id of the retained version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns><see langword="true"/> if a version was retained under the id; otherwise <see
    /// langword="false"/>.</returns>
    Task<bool> DropAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Lists the ids of retained versions, in ordinal order.</summary>
    /// <param name="after">Returns only ids after this id; <see langword="null"/> starts at the first id.</param>
    /// <param name="limit">The maximum number of ids to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default);
}
