namespace ImageStorage;

/// <summary>The result of a reconciliation.</summary>
/// <param name="Replayed">The number of images and history entries that were replayed, with any outcome.</param>
/// <param name="Conflicts">
/// The number of images with a newer version on the primary; the other versions are retained on the fallback.
/// </param>
/// <param name="Unreadable">
/// The number of hints and history entries that cannot be read, or whose payload is lost. They remain.
/// </param>
/// <param name="Remaining">The number of hints and history entries that are left, unreadable ones included.</param>
public sealed record ReconcileResult(int Replayed, int Conflicts, int Unreadable, int Remaining);
