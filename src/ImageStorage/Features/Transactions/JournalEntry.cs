using System.Collections.Immutable;
using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>Represents the journal of one transaction: its state, and how to compensate its steps.</summary>
internal sealed record JournalEntry : VersionedContent
{
    /// <summary>The format that this version of the library writes and reads.</summary>
    public const int KnownFormat = 1;

    /// <summary>Gets the id, which is the name of the document.</summary>
    [JsonIgnore]
    public string Id { get; init; } = string.Empty;

    /// <summary>Gets the process that works on the transaction.</summary>
    public required string Owner { get; init; }

    [JsonConverter(typeof(EnumNameConverter<TransactionState>))]
    public required TransactionState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required ImmutableArray<JournalStep> Steps { get; init; }

    /// <summary>Gets why the transaction is in doubt.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the version of the document.</summary>
    [JsonIgnore]
    public DocumentETag? ETag { get; init; }

    /// <summary>Gets the images, which are reserved until the transaction is decided.</summary>
    public ImmutableArray<ImageKey> Keys => [.. Steps.SelectMany(step => (ImageKey?[])[step.Key, step.Source]).OfType<ImageKey>().Distinct()];

    public static string NewId() => Guid.CreateVersion7().ToString("n");
}
