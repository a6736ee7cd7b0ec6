namespace ImageStorage.Failover;

/// <summary>Why a write comes to a fallback.</summary>
/// <param name="Failures">What could not take it; none when it comes because a newer state than the primary's is there.</param>
/// <param name="Before">The newest note of the image on an earlier fallback, as far as it is known: this write supersedes it.</param>
internal readonly record struct HandoffCause(ProviderFailures Failures, HandoffHint? Before)
{
    /// <summary>Why the primary could not take it, if it was asked.</summary>
    public StorageUnavailableException? OfPrimary => Failures[0];
}
