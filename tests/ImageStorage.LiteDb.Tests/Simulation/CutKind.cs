namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>How a simulated machine stops.</summary>
internal enum CutKind
{
    /// <summary>The process is killed: all that was done stays.</summary>
    Kill,

    /// <summary>The power goes: nothing stays but what was flushed.</summary>
    Power,

    /// <summary>The power goes, and of what was not flushed a random part has reached the medium, in pieces of 512 bytes and in any order.</summary>
    PowerInPieces,
}
