namespace ImageStorage.Providers;

/// <summary>
/// The ability to keep a version of an image aside, and to put it back exactly as it was: its bytes and its whole record, times and ETag included.
/// What is kept is in no listing and no usage, survives what images survive, and costs no copy of the bytes through the application.
/// </summary>
/// <remarks>
/// An id is 1 to 64 characters of <c>a-z</c>, <c>0-9</c> and <c>-</c>, and is used for one version only. It is for transactions, which name it in their
/// journal; whoever keeps a version drops it, too.
/// </remarks>
public interface IVersionKeeper
{
    /// <summary>Keeps a version of an image under an id. Keeping the same version under the same id again succeeds.</summary>
    /// <param name="id">A new id.</param>
    /// <param name="key">The image.</param>
    /// <param name="version">The version to keep.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when the image is not there in this version any more; nothing is kept then.</returns>
    Task<bool> KeepAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default);

    /// <summary>Puts a kept version back as the image that it was, in one atomic act, and goes on keeping it.</summary>
    /// <param name="id">Under which id it is kept.</param>
    /// <param name="key">The image that it was kept of.</param>
    /// <param name="replaces">The version that must be there now; null for no image.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when nothing is kept under the id; nothing was changed then.</returns>
    /// <exception cref="ImageConflictException">Another version is there, and stays.</exception>
    Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default);

    /// <summary>Lets go of what is kept under an id; answers whether anything was.</summary>
    Task<bool> DropAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>The ids under which something is kept, in ordinal order.</summary>
    /// <param name="after">Only ids behind this one; null from the start.</param>
    /// <param name="limit">The most ids to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<string>> ListKeptAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default);
}
