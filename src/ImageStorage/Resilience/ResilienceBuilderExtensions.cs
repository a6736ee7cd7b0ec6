using ImageStorage.Layers;
using ImageStorage.Registration;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Resilience;

/// <summary>Adds the resilience layer.</summary>
public static class ResilienceBuilderExtensions
{
    /// <summary>Limits the provider's calls in time, repeats those that may safely happen twice, and stops asking for a while when too many fail.</summary>
    /// <param name="builder">The store, or the fallback inside of <c>WithFallback</c>, which has its own.</param>
    /// <param name="configure">Sets how; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not acceptable.</exception>
    public static ImageStorageBuilder WithResilience(this ImageStorageBuilder builder, Action<ResilienceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new ResilienceOptions();
        configure?.Invoke(options);
        ResilienceOptionsValidator.ThrowIfInvalid(options);
        return builder.AddLayer(LayerOf(options));
    }

    internal static Layer LayerOf(ResilienceOptions options) =>
        new(LayerKind.Resilience, (services, inner) => new ResilienceProvider(inner, options, services.GetService<TimeProvider>() ?? TimeProvider.System));
}
