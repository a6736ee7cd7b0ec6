namespace ImageStorage;

/// <summary>
/// Represents a state of a store that needs attention. An alert is raised once, and resolved when the state has ended.
/// Each process evaluates its own view of the store.
/// </summary>
public sealed record StorageAlert
{
    /// <summary>
    /// Gets the identifier of the alert, such as <c>default/error-rate/20261130T101500Z</c>. The raised and the resolved
    /// alert have the same identifier.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>Gets the name of the rule, such as <c>error-rate</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>Gets the severity of the alert.</summary>
    public required AlertSeverity Severity { get; init; }

    /// <summary>Gets the name of the store; <c>default</c> for the store without a name.</summary>
    public required string Store { get; init; }

    /// <summary>
    /// Gets the name of the part of the store (<see cref="StorePart.Name"/>); <see langword="null"/> if the alert concerns the
    /// store.
    /// </summary>
    public string? Part { get; init; }

    /// <summary>Gets what is wrong, without keys and secrets.</summary>
    public required string Message { get; init; }

    /// <summary>Gets what to do.</summary>
    public required string Remedy { get; init; }

    /// <summary>Gets the time at which the alert was raised.</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>Gets the time at which the alert was resolved; <see langword="null"/> while the alert is active.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }
}

/// <summary>Specifies the severity of an alert.</summary>
public enum AlertSeverity
{
    /// <summary>The store works, and will not for long, or not well.</summary>
    Warning,

    /// <summary>Operations fail, or data are in danger.</summary>
    Critical,
}
