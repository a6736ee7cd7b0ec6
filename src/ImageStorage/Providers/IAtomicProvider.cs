namespace ImageStorage.Providers;

/// <summary>The ability to commit several images and documents by one atomic act: whatever happens, afterwards all of it is there or none.</summary>
public interface IAtomicProvider
{
    /// <summary>
    /// Stores the bytes of an image where nobody sees them, to be committed later. The content is read to its end; the precondition is judged at the commit.
    /// </summary>
    /// <returns>What <see cref="AtomicPut"/> takes. Disposed without a commit, the bytes are dropped.</returns>
    Task<IPreparedImage> PrepareAsync(PutRequest request, CancellationToken cancellationToken = default);

    /// <summary>Makes all the writes, or, when it throws, none. Each image and each document may be written once.</summary>
    /// <returns>For each write the record as stored, of a delete the record that was deleted; null for a document, and for a delete of nothing.</returns>
    /// <exception cref="ImageConflictException">A precondition or the version of a document does not hold.</exception>
    /// <exception cref="ImageNotFoundException">An image that was to be updated is not there.</exception>
    Task<IReadOnlyList<ImageInfo?>> CommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken = default);
}
