namespace ImageStorage.Tool.Importing;

/// <summary>The outcomes of a file.</summary>
internal enum ImportOutcome
{
    /// <summary>The key was free, and now has this image.</summary>
    Stored,

    /// <summary>The key had another image, which <c>--overwrite</c> allowed to be replaced.</summary>
    Replaced,

    /// <summary>The store has the same bytes under the key.</summary>
    Unchanged,

    /// <summary>The key has an image that <c>--create-only</c> leaves alone without comparing it.</summary>
    Existing,

    /// <summary>The file is not an image, and <c>--only-images</c> leaves it out.</summary>
    Ignored,

    /// <summary>The store does not accept the file.</summary>
    Refused,

    /// <summary>The file could not be read or stored.</summary>
    Failed,
}
