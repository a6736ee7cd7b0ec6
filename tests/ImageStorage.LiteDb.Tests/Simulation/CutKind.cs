namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>Defines how a simulated machine stops.</summary>
internal enum CutKind
{
    /// <summary>The process is killed: all writes stay.</summary>
    Kill,

    /// <summary>Power cut: only flushed writes stay.</summary>
    Power,

    /// <summary>
    /// Power cut: flushed writes stay, and random pieces of 512 bytes of the other writes, in any order.
    /// </summary>
    PowerInPieces,
}
