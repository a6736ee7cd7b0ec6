namespace ImageStorage.Providers;

/// <summary>
/// The ability to copy an image inside the backend, without the bytes passing through the application's layers. Call
/// <see cref="CopyExtensions.CopyAsync"/>, which also serves providers without the ability.
/// </summary>
public interface ICopyProvider
{
    /// <summary>
    /// Copies one version of an image: its bytes as stored, and its record with the encoding and the properties. The
    /// copy is committed like a save: whole and durable, or not at all. The source is not changed.
    /// </summary>
    /// <param name="request">The version to copy, and the key and the record of the copy. The keys differ:
    /// <see cref="CopyExtensions.CopyAsync"/> checks this.</param>
    /// <param name="cancellationToken">Cancels the copy. An image under the target key stays.</param>
    /// <returns>The record of the copy.</returns>
    /// <exception cref="ImageConflictException">
    /// The source does not have the version of the request, and the key of the exception is that of the source; or the
    /// precondition on the target does not hold.
    /// </exception>
    /// <exception cref="ImageCorruptedException">The source is damaged. Nothing was stored.</exception>
    /// <exception cref="StorageFullException">The medium or the quota is full. Nothing was stored.</exception>
    /// <exception cref="StorageUnavailableException">The provider cannot be reached or used now. The copy may have been made.</exception>
    Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default);
}
