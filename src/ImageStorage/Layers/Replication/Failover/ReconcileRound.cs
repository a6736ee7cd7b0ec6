using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>The findings of one round of the reconciler.</summary>
internal sealed class ReconcileRound(ProviderFailures failures)
{
    private readonly HashSet<DocumentName> _names = [];

    /// <summary>Gets the last hint of each image, by its name.</summary>
    public Dictionary<DocumentName, ImageHint> Hints { get; } = [];

    /// <summary>Gets the fallbacks that did not answer.</summary>
    public HashSet<FallbackPart> Unreachable { get; } = [];

    public int Unreadable { get; set; }

    public int Replayed { get; set; }

    /// <summary>
    /// Gets or sets the number of replayed images whose hints were retained, because the primary was newer.
    /// </summary>
    public int Conflicts { get; set; }

    /// <summary>Gets the number of images with a hint.</summary>
    public int Count => _names.Count;

    /// <summary>Adds the name of a hint; returns false if a later fallback has a hint of the same image.</summary>
    public bool AddName(DocumentName name) => _names.Add(name);

    public void AddUnreachable(FallbackPart fallback, StorageUnavailableException failure)
    {
        Unreachable.Add(fallback);
        failures.Add(fallback.Position, failure);
    }

    /// <summary>Returns the failures because of which the round is incomplete, or null.</summary>
    public ProviderFailures? Blocking(int remaining) => Unreachable.Any(fallback => remaining > 0 || !fallback.View.IsKnownToBeEmpty) ? failures : null;
}
