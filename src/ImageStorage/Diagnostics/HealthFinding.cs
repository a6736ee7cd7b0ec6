using System.Collections.Immutable;

namespace ImageStorage.Diagnostics;

/// <summary>Represents the health of a part of a store.</summary>
/// <param name="State">The state of the part.</param>
/// <param name="Providers">The providers of the part; the first entry represents the part.</param>
internal sealed record HealthFinding(StorageHealthState State, ImmutableArray<ProviderHealth> Providers)
{
    public FailoverState? Failover { get; init; }

    /// <summary>Gets what is wrong although every provider works.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Returns a copy with a changed first entry.</summary>
    public HealthFinding WithFirst(Func<ProviderHealth, ProviderHealth> change) => this with { Providers = Providers.SetItem(0, change(Providers[0])) };
}
