namespace ImageStorage;

/// <summary>What a resync did.</summary>
/// <param name="Compared">How many images were compared.</param>
/// <param name="Settled">How many of them differed and are equal now.</param>
/// <param name="Conflicts">How many of those had two versions, of which one is kept as an image of its own.</param>
/// <param name="Failed">How many could not be made equal, such as one that is damaged on the only side that has it; the log names them.</param>
public sealed record ResyncResult(long Compared, long Settled, long Conflicts, long Failed);
