namespace ImageStorage;

/// <summary>The result of a recovery of transactions.</summary>
public sealed record RecoveryResult
{
    /// <summary>Gets the number of transactions that were rolled back.</summary>
    public required int RolledBack { get; init; }

    /// <summary>Gets the number of transactions whose compensation failed. They remain in doubt.</summary>
    public required int InDoubt { get; init; }

    /// <summary>Gets the number of transactions that belong to a process that may be alive.</summary>
    public required int Waiting { get; init; }

    /// <summary>Gets the number of journals that are unreadable.</summary>
    public required int Unreadable { get; init; }

    /// <summary>Gets the number of retained versions that no transaction needed any more and that were deleted.</summary>
    public required int Dropped { get; init; }
}
