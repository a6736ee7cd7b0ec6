using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageStorage.Transactions;

/// <summary>What a process of any version understands of a journal.</summary>
internal sealed record JournalReservation
{
    public required ImmutableArray<ImageKey> Keys { get; init; }

    /// <summary>Gets the state as written.</summary>
    public JsonElement? State { get; init; }

    /// <summary>
    /// Gets the state; <see cref="TransactionState.Unreadable"/> if this version of the library does not know the state.
    /// </summary>
    [JsonIgnore]
    public TransactionState KnownState =>
        State is { ValueKind: JsonValueKind.String } name && Enum.TryParse<TransactionState>(name.GetString(), ignoreCase: true, out var state) && IsName(state, name.GetString()) ? state : TransactionState.Unreadable;

    // Enum.TryParse takes numbers and lists of names, too.
    private static bool IsName(TransactionState state, string? text) => Enum.IsDefined(state) && string.Equals(state.ToString(), text, StringComparison.OrdinalIgnoreCase);
}
