using ImageStorage.Providers;

namespace ImageStorage;

/// <summary>Represents one part of a store: a provider in its role.</summary>
public sealed record StorePart
{
    /// <summary>
    /// Gets the role of the part. A part of the role <see cref="ProviderRole.Candidate"/> is not used by the store.
    /// </summary>
    public required ProviderRole Role { get; init; }

    /// <summary>
    /// Gets the name of the part, which no other part of the store has: the name of the provider, with a number where the
    /// name is repeated. The entry of the part in the health report has the same name. The name of a provider that the
    /// configuration names contains that name.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>
    /// Gets the provider of the part with its own resilience layer and instrumentation, and without the layers of the
    /// store around the part. A write to the provider bypasses the store: the other parts, caches and listeners miss the
    /// write. Do not dispose the provider; the store owns the provider.
    /// </summary>
    public required IImageProvider Provider { get; init; }
}
