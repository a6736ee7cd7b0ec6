using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>What one round of the reconciler has seen.</summary>
internal sealed class ReconcileRound(ProviderFailures failures)
{
    private readonly HashSet<DocumentName> _names = [];

    /// <summary>The last note of each image, by its name.</summary>
    public Dictionary<DocumentName, HandoffHint> Hints { get; } = [];

    /// <summary>The fallbacks that did not answer.</summary>
    public HashSet<HandoffSide> Unreachable { get; } = [];

    public int Unreadable { get; set; }

    public int Settled { get; set; }

    /// <summary>How many of the settled are aside, because the primary was newer.</summary>
    public int Conflicts { get; set; }

    /// <summary>How many images wait.</summary>
    public int Count => _names.Count;

    /// <summary>False for a note of an image that a later fallback has one of.</summary>
    public bool AddName(DocumentName name) => _names.Add(name);

    public void AddUnreachable(HandoffSide side, StorageUnavailableException failure)
    {
        Unreachable.Add(side);
        failures.Add(side.Position, failure);
    }

    /// <summary>What kept the round from being a whole one: a fallback that may hold notes, or for which notes of others had to stay.</summary>
    public ProviderFailures? Blocking(int remaining) => Unreachable.Any(side => remaining > 0 || !side.View.IsAssumedEmpty) ? failures : null;
}
