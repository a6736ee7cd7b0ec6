namespace ImageStorage;

/// <summary>The result of a reconciliation.</summary>
public sealed record ReconcileResult
{
    /// <summary>Gets the number of images and history entries that were replayed, with any outcome.</summary>
    public required int Replayed { get; init; }

    /// <summary>Gets the number of images with a newer version on the primary; the other versions are retained on the fallback.</summary>
    public required int Conflicts { get; init; }

    /// <summary>Gets the number of hints and history entries that cannot be read, or whose payload is lost. They remain.</summary>
    public required int Unreadable { get; init; }

    /// <summary>Gets the number of hints and history entries that are left, unreadable ones included.</summary>
    public required int Remaining { get; init; }
}
