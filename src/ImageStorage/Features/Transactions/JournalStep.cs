using System.Globalization;
using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>
/// Represents one step in a journal: how to find out whether the step was done, and how to compensate it.
/// </summary>
internal sealed record JournalStep : DocumentContent
{
    public required int Index { get; init; }

    [JsonConverter(typeof(EnumNameConverter<JournalStepKind>))]
    public required JournalStepKind Kind { get; init; }

    /// <summary>Gets the image of a save, an update or a delete, and the target of a copy.</summary>
    public ImageKey? Key { get; init; }

    /// <summary>Gets the source of a copy. No other transaction may change the source meanwhile.</summary>
    public ImageKey? Source { get; init; }

    /// <summary>Gets the version before the transaction; <see langword="null"/> if the image did not exist.</summary>
    public ImageETag? Before { get; init; }

    /// <summary>Gets the planned version; <see langword="null"/> for a delete.</summary>
    public ImageETag? Planned { get; init; }

    /// <summary>Gets the document of an append, or the name of an action.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the argument of an action.</summary>
    public string? Argument { get; init; }

    /// <summary>Returns the id of the retained version.</summary>
    public string RetainedId(string transaction) => string.Create(CultureInfo.InvariantCulture, $"{RetainedVersionRules.Transactions}{transaction}-{Index}");
}
