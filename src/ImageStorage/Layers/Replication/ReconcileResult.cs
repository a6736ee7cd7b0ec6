namespace ImageStorage;

/// <summary>The result of a reconciliation.</summary>
public sealed record ReconcileResult
{
    /// <summary>Gets the number of images and history entries whose hints were replayed, with any outcome.</summary>
    public required int Settled { get; init; }

    /// <summary>Gets the number of images that were newer on the primary. The version of the fallback is retained there.</summary>
    public required int Conflicts { get; init; }

    /// <summary>Gets the number of hints and history entries that are unreadable, or that name an image that the fallback has lost. They are retained.</summary>
    public required int Unreadable { get; init; }

    /// <summary>Gets the number of hints and history entries that remain, unreadable ones included.</summary>
    public required int Remaining { get; init; }
}
