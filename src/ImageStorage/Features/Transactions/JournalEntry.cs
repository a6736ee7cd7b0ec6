using System.Collections.Immutable;
using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>Represents the journal of one transaction: its state, and how to compensate its steps.</summary>
internal sealed record JournalEntry
{
    public required string Id { get; init; }

    /// <summary>Gets the process that works on the transaction.</summary>
    public required string Owner { get; init; }

    public required TransactionState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required ImmutableArray<JournalStep> Steps { get; init; }

    /// <summary>Gets why the transaction is in doubt.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the version of the document.</summary>
    public DocumentETag? ETag { get; init; }

    public ImmutableArray<ImageKey> Keys => [.. Steps.SelectMany(step => (ImageKey?[])[step.Key, step.Source]).OfType<ImageKey>().Distinct()];

    public static string NewId() => Guid.CreateVersion7().ToString("n");
}
