namespace ImageStorage.CrashHarness.Model;

/// <summary>The outcome of an operation, as far as the parent can rely on it.</summary>
internal enum OutcomeKind
{
    /// <summary>In flight when the process died or the power was cut: done completely or not at all.</summary>
    Unknown,

    /// <summary>Acknowledged: done.</summary>
    Acknowledged,

    /// <summary>Refused because of another writer: not done.</summary>
    Refused,

    /// <summary>Failed with an exception of the contract: not done.</summary>
    Failed,

    /// <summary>
    /// Failed with an exception of the contract after the call that makes the operation visible: done.
    /// </summary>
    FailedVisible,
}
