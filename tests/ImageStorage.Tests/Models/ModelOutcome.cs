namespace ImageStorage.Tests.Models;

/// <summary>The outcome of a call, as known to its caller.</summary>
internal enum ModelOutcome
{
    Done,

    /// <summary>The precondition did not hold.</summary>
    Refused,

    /// <summary>The call failed or its process ended: the call may have had an effect.</summary>
    Unknown,
}
