namespace ImageStorage;

/// <summary>What a rule has read. An alert is raised when the value reaches the threshold.</summary>
public sealed record AlertReading
{
    /// <summary>Gets the value.</summary>
    public required double Value { get; init; }

    /// <summary>Gets the value from which the alert is raised. The default is 1, for a state that is 0 or 1.</summary>
    public double Threshold { get; init; } = 1;

    /// <summary>
    /// Gets the value up to which the thing is calm; <see langword="null"/> for 80 % of the threshold, the default. The alert is
    /// resolved after two calm minutes.
    /// </summary>
    public double? CalmUpTo { get; init; }

    /// <summary>Gets the name of the part that the reading concerns; <see langword="null"/> for the store.</summary>
    public string? Part { get; init; }

    /// <summary>
    /// Gets what distinguishes several readings of a rule for one part, such as the name of an operation; the default is
    /// <see langword="null"/>.
    /// </summary>
    public string? Subject { get; init; }

    /// <summary>Gets the severity of the alert. The default is <see cref="AlertSeverity.Warning"/>.</summary>
    public AlertSeverity Severity { get; init; }

    /// <summary>Gets what is wrong if the value reaches the threshold, without keys and secrets.</summary>
    public required string Message { get; init; }

    /// <summary>Gets what to do.</summary>
    public required string Remedy { get; init; }
}
