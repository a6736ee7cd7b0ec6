namespace ImageStorage.Tests.Models;

/// <summary>How a call ended, as far as its caller knows.</summary>
internal enum ModelOutcome
{
    Done,

    /// <summary>By its precondition.</summary>
    Refused,

    /// <summary>It failed, or its process ended: it may have had its effect.</summary>
    Unknown,
}
