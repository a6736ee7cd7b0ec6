namespace ImageStorage.Testing.NUnit;

/// <summary>A way in which the medium of an open store disappears.</summary>
public enum StoreLoss
{
    /// <summary>
    /// Nothing is left at the location: the folder or file was renamed, the volume unmounted, the container deleted.
    /// </summary>
    Gone,

    /// <summary>
    /// An empty location of the same kind is left, such as a mount point whose volume is not mounted.
    /// </summary>
    ReplacedByEmpty,

    /// <summary>Something of another kind is at the location, such as a file instead of the folder.</summary>
    ReplacedByOtherKind,
}
