namespace ImageStorage.Tool.Stores;

/// <summary>How a command opens a store.</summary>
/// <param name="CreatesStore">True if a missing store is created. Otherwise a missing store is an error, so that a
/// mistyped name does not look like an empty store.</param>
internal sealed record StoreAccess(bool CreatesStore)
{
    /// <summary>The store must exist.</summary>
    public static StoreAccess Existing { get; } = new(false);

    /// <summary>A missing store is created.</summary>
    public static StoreAccess CreateIfMissing { get; } = new(true);

    /// <summary>An unreachable store is opened too: its provider reports the cause, and nothing is created.</summary>
    public static StoreAccess PossiblyUnreachable { get; } = new(false) { OpensUnreachable = true };

    /// <summary>The store must exist, and a missing part of the store is reported as unavailable.</summary>
    public static StoreAccess ExistingParts { get; } = new(false) { ReportsMissingPart = true };

    /// <summary>Gets a value indicating whether a missing part of a store takes part as an unavailable provider.</summary>
    public bool ReportsMissingPart { get; private init; }

    /// <summary>Gets a value indicating whether a missing store is refused before it is opened.</summary>
    public bool MustBePresent => !CreatesStore && !OpensUnreachable;

    private bool OpensUnreachable { get; init; }

    /// <summary>Gets the limits of the images to store; null for commands that store no images.</summary>
    public IntakeLimits? Limits { get; init; }

    /// <summary>Gets a value indicating whether images are checked and counted and nothing is written.</summary>
    public bool IsDryRun { get; init; }
}
