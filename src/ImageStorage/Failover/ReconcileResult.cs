namespace ImageStorage.Failover;

/// <summary>What a reconciliation did.</summary>
/// <param name="Settled">How many images were settled, whichever way.</param>
/// <param name="Conflicts">How many of them were newer on the primary; what the fallback had is kept aside there.</param>
/// <param name="Unreadable">How many notes could not be read, or name an image that the fallback has lost. They are kept.</param>
/// <param name="Remaining">How many notes are left, unreadable ones included.</param>
public sealed record ReconcileResult(int Settled, int Conflicts, int Unreadable, int Remaining);
