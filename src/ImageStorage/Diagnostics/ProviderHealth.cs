namespace ImageStorage;

/// <summary>How one provider of a store stands, as one process sees it.</summary>
public sealed record ProviderHealth
{
    /// <summary>The name of the provider; with <c>auto</c>, what the configuration calls it, too.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for. The parts of a hybrid store stand behind the entry of the whole.</summary>
    public required ProviderRole Role { get; init; }

    /// <summary>Did it pass its probe (a document is written, read and deleted)? Null when it was not asked.</summary>
    public required bool? IsReachable { get; init; }

    /// <summary>Why it did not pass its probe: a message without secrets; null when it did, or was not asked.</summary>
    public string? Failure { get; init; }

    /// <summary>The circuit breaker of its resilience layer; null where there is none.</summary>
    public BreakerState? Breaker { get; init; }

    /// <summary>Since when it has been reachable, or not, as far as this process has looked.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How many images wait here for the primary; null where none can wait, or where nobody can say.</summary>
    public int? Hints { get; init; }

    /// <summary>What <c>auto</c> has decided about it and why; null without <c>auto</c>.</summary>
    public string? Selection { get; init; }
}
