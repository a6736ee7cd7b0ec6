namespace ImageStorage.Providers;

/// <summary>
/// The ability to commit several images and documents atomically: afterwards either all changes are present or none.
/// </summary>
public interface IAtomicProvider
{
    /// <summary>
    /// Stages the bytes of an image for a later commit. No reader sees staged bytes. The content is read to its end;
    /// the commit evaluates the precondition.
    /// </summary>
    /// <returns>The staged image for <see cref="AtomicPut"/>. Disposing the image without a commit drops the
    /// bytes.</returns>
    Task<IPreparedImage> PrepareAsync(PutRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Commits all writes, or none if the call throws. Each image and each document may be written once.
    /// </summary>
    /// <returns>One record per write: the stored record, or the deleted record of a delete; null for a document and for
    /// the delete of a missing image.</returns>
    /// <exception cref="ImageConflictException">A precondition or the version of a document does not hold.</exception>
    /// <exception cref="ImageNotFoundException">An image to update is missing.</exception>
    Task<IReadOnlyList<ImageInfo?>> CommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken = default);
}
