namespace ImageStorage.Testing.NUnit;

/// <summary>How the medium of a store disappears while the store is open.</summary>
public enum StoreLoss
{
    /// <summary>Nothing is left at the place of the store: its folder or file was renamed, its volume unmounted, its container deleted.</summary>
    Gone,

    /// <summary>An empty place of the same kind is left, such as the empty folder of a mount point whose volume is not mounted.</summary>
    ReplacedByEmpty,

    /// <summary>Something of another kind is left, such as a file where the folder was.</summary>
    ReplacedByOtherKind,
}
