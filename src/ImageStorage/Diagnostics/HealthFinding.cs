using System.Collections.Immutable;

namespace ImageStorage.Diagnostics;

/// <summary>What a look at a part of a store has found.</summary>
/// <param name="State">The part as a whole.</param>
/// <param name="Providers">Its providers; the first entry stands for the part.</param>
internal sealed record HealthFinding(StorageHealthState State, ImmutableArray<ProviderHealth> Providers)
{
    public FailoverState? Failover { get; init; }

    /// <summary>The same with another entry for the part itself.</summary>
    public HealthFinding WithFirst(Func<ProviderHealth, ProviderHealth> change) => this with { Providers = Providers.SetItem(0, change(Providers[0])) };
}
