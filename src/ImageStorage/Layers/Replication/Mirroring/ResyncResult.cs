namespace ImageStorage;

/// <summary>The result of a resync.</summary>
/// <param name="Compared">The number of images that were compared.</param>
/// <param name="Synchronized">The number of images that differed and are now in sync.</param>
/// <param name="Conflicts">The number of those images that had two versions, one of which is retained as an image.</param>
/// <param name="Failed">The number of images that could not be synchronized, for example because the only copy is damaged. The log names them.</param>
public sealed record ResyncResult(long Compared, long Synchronized, long Conflicts, long Failed);
