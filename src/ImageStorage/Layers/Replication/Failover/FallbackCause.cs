namespace ImageStorage.Failover;

/// <summary>The reason why a write goes to a fallback.</summary>
/// <param name="Failures">
/// The providers that could not accept the write; none if the fallback has the newest state.
/// </param>
/// <param name="Before">
/// The newest hint of the image on an earlier fallback, as far as it is known. This write supersedes it.
/// </param>
internal readonly record struct FallbackCause(ProviderFailures Failures, ImageHint? Before)
{
    /// <summary>Gets the failure of the primary, if the primary was asked.</summary>
    public StorageUnavailableException? OfPrimary => Failures[0];
}
