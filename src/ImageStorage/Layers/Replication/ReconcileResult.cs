namespace ImageStorage;

/// <summary>What a reconciliation did.</summary>
/// <param name="Settled">How many images and history entries were settled, whichever way.</param>
/// <param name="Conflicts">How many images were newer on the primary; what the fallback had is kept aside there.</param>
/// <param name="Unreadable">How many notes and history entries could not be read, or name an image that the fallback has lost. They are kept.</param>
/// <param name="Remaining">How many notes and history entries are left, unreadable ones included.</param>
public sealed record ReconcileResult(int Settled, int Conflicts, int Unreadable, int Remaining);
