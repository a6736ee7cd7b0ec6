namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>What goes wrong with a call on a simulated disk.</summary>
internal enum DiskFault
{
    /// <summary>An I/O error; nothing was done.</summary>
    ErrorBefore,

    /// <summary>An I/O error, though it was done.</summary>
    ErrorAfter,

    /// <summary>No space; of a write, the first half was done.</summary>
    FullHalfway,

    /// <summary>No space for this call and all later ones that need some.</summary>
    FullFromThenOn,
}
