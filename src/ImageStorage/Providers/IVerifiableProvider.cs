namespace ImageStorage.Providers;

/// <summary>The ability to look below the contract: to check every stored thing, also what a listing does not show.</summary>
public interface IVerifiableProvider
{
    /// <summary>
    /// Walks the whole store and reads every byte of it. Yields one item for each image, sound or not, and one for each
    /// thing that does not belong there. Bounded memory; safe beside reads and writes.
    /// </summary>
    IAsyncEnumerable<VerificationItem> VerifyAsync(CancellationToken cancellationToken = default);
}
