namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>Defines the faults of a call on a simulated disk.</summary>
internal enum DiskFault
{
    /// <summary>An I/O error without an effect.</summary>
    ErrorBefore,

    /// <summary>An I/O error after the effect.</summary>
    ErrorAfter,

    /// <summary>No space; the first half of a write has taken effect.</summary>
    FullHalfway,

    /// <summary>No space for this call and all later calls that need space.</summary>
    FullFromThenOn,
}
