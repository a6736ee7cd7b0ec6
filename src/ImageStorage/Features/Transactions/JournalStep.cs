using System.Globalization;

namespace ImageStorage.Transactions;

/// <summary>What the journal says of one step: how to see whether it was done, and how to undo it.</summary>
internal sealed record JournalStep
{
    public required int Index { get; init; }

    public required JournalStepKind Kind { get; init; }

    /// <summary>Of a save, an update and a delete.</summary>
    public ImageKey? Key { get; init; }

    /// <summary>The version that was there; null for none.</summary>
    public ImageETag? Before { get; init; }

    /// <summary>The version that the step writes; null for a delete.</summary>
    public ImageETag? Planned { get; init; }

    /// <summary>The document of an append, the action of an action.</summary>
    public string? Name { get; init; }

    /// <summary>The argument of an action.</summary>
    public string? Argument { get; init; }

    /// <summary>Under which id the version before is kept.</summary>
    public string KeptId(string transaction) => string.Create(CultureInfo.InvariantCulture, $"{transaction}-{Index}");
}
