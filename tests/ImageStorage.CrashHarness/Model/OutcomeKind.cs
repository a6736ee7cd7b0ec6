namespace ImageStorage.CrashHarness.Model;

/// <summary>How an act ended, as far as the parent may count on it.</summary>
internal enum OutcomeKind
{
    /// <summary>It had begun when its process died or the power went: it may have happened, whole, or not.</summary>
    Unknown,

    /// <summary>It returned: it must have happened.</summary>
    Acknowledged,

    /// <summary>Another writer's version stood in its way: it must not have happened.</summary>
    Refused,

    /// <summary>It threw a failure of the contract: it must not have happened.</summary>
    Failed,

    /// <summary>It threw a failure of the contract, but only after the call that makes it visible: it must have happened.</summary>
    FailedVisible,
}
