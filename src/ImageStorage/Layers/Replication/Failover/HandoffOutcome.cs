namespace ImageStorage;

/// <summary>How the note of one image was settled.</summary>
public enum HandoffOutcome
{
    /// <summary>The image was copied to the primary.</summary>
    Saved,

    /// <summary>The image was deleted from the primary.</summary>
    Deleted,

    /// <summary>The primary was already as it should be: a write that had seemed to fail had its effect.</summary>
    AlreadyDone,

    /// <summary>The primary holds a version that is clearly newer, written past this store. It stays; what the fallback had is kept aside there.</summary>
    PrimaryNewer,
}
