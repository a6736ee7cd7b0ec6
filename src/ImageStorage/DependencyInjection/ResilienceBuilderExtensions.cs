using ImageStorage;
using ImageStorage.Store.Composition;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the resilience layer.</summary>
public static class ResilienceBuilderExtensions
{
    /// <summary>Limits the time of the provider's calls, repeats calls that may safely happen twice, and opens a circuit breaker when too many calls fail.</summary>
    /// <param name="builder">The store, or a part of it such as the fallback inside of <c>WithFallback</c>, which has a layer of its own.</param>
    /// <param name="configure">Sets the options; null for the defaults. A further call adds to the options.</param>
    /// <returns>The builder.</returns>
    public static ImageStorageBuilder WithResilience(this ImageStorageBuilder builder, Action<ResilienceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ResilienceFeature.Add(builder, configure);
        return builder;
    }
}
