using System.Collections.Immutable;
using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>The journal of one transaction: the plan, and what undoes it.</summary>
internal sealed record JournalEntry
{
    public required string Id { get; init; }

    /// <summary>The process that works on it.</summary>
    public required string Owner { get; init; }

    public required TransactionState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required ImmutableArray<JournalStep> Steps { get; init; }

    /// <summary>Why it is in doubt.</summary>
    public string? Reason { get; init; }

    /// <summary>The version of the document.</summary>
    public DocumentETag? ETag { get; init; }

    public ImmutableArray<ImageKey> Keys => [.. Steps.Where(step => step.Key is not null).Select(step => step.Key!.Value)];

    public static string NewId() => Guid.CreateVersion7().ToString("n");
}
