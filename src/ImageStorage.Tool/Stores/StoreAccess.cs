namespace ImageStorage.Tool.Stores;

/// <summary>What a command is going to do with a store.</summary>
/// <param name="CreatesStore">Whether a store that does not exist is created. Otherwise it is an error, so that a mistyped name does not look like an empty store.</param>
internal sealed record StoreAccess(bool CreatesStore)
{
    /// <summary>The store must exist.</summary>
    public static StoreAccess Existing { get; } = new(false);

    /// <summary>A store that does not exist is created.</summary>
    public static StoreAccess CreateIfMissing { get; } = new(true);

    /// <summary>A store that cannot be reached is opened all the same: its provider reports what is wrong, and nothing is created.</summary>
    public static StoreAccess PossiblyUnreachable { get; } = new(false) { OpensUnreachable = true };

    /// <summary>Whether a store that is not there is refused before it is opened.</summary>
    public bool MustBePresent => !CreatesStore && !OpensUnreachable;

    private bool OpensUnreachable { get; init; }

    /// <summary>The limits of the images to store; null for commands that store none.</summary>
    public IntakeLimits? Limits { get; init; }

    /// <summary>Whether images are checked and counted and nothing is written.</summary>
    public bool IsDryRun { get; init; }
}
