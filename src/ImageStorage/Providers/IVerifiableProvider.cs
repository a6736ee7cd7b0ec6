namespace ImageStorage.Providers;

/// <summary>The ability to verify all stored data, including data that a listing does not show.</summary>
[TransparentAbility]
public interface IVerifiableProvider
{
    /// <summary>
    /// Reads every byte of the store. Returns one item for each image, sound or not, and one item for each orphan. Uses
    /// bounded memory. Safe during reads and writes.
    /// </summary>
    IAsyncEnumerable<VerificationItem> VerifyAsync(CancellationToken cancellationToken = default);
}
