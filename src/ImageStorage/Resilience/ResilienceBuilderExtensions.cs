using ImageStorage.Layers;
using ImageStorage.Registration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Resilience;

/// <summary>Adds the resilience layer.</summary>
public static class ResilienceBuilderExtensions
{
    /// <summary>Limits the provider's calls in time, repeats those that may safely happen twice, and stops asking for a while when too many fail.</summary>
    /// <param name="builder">The store, or the fallback inside of <c>WithFallback</c>, which has its own.</param>
    /// <param name="configure">Sets how; null for the defaults. A further call adds to the options.</param>
    public static ImageStorageBuilder WithResilience(this ImageStorageBuilder builder, Action<ResilienceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddOptions(new ResilienceOptionsValidator(), configure);
        return builder.Registration.Features.Add(typeof(ResilienceOptions)) ? builder.AddLayer(LayerOf(builder.Registration.OptionsName)) : builder;
    }

    /// <summary>Prepares the options of a resilience layer that a fallback or a mirror brings with it.</summary>
    /// <param name="builder">The store or part.</param>
    /// <param name="isBeforeFallback">Returns whether the options of a name have the defaults of a provider that another one stands in for; null for none.</param>
    internal static void AddImpliedResilience(this ImageStorageBuilder builder, Func<string, bool>? isBeforeFallback)
    {
        if (isBeforeFallback is not null)
        {
            // Defaults: whatever else configures the options comes later, even if it was registered earlier.
            builder.Services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<ResilienceOptions>>(new DefaultsBeforeFallback(isBeforeFallback)));
        }

        builder.AddOptions(new ResilienceOptionsValidator(), null);
    }

    internal static Layer LayerOf(string optionsName) =>
        new(LayerKind.Resilience, (services, inner) => new ResilienceProvider(inner, services.OptionsOf<ResilienceOptions>(optionsName), services.GetService<TimeProvider>() ?? TimeProvider.System));

    private sealed class DefaultsBeforeFallback(Func<string, bool> isBeforeFallback) : IConfigureNamedOptions<ResilienceOptions>
    {
        public void Configure(ResilienceOptions options) => Configure(Options.DefaultName, options);

        public void Configure(string? name, ResilienceOptions options)
        {
            if (isBeforeFallback(name ?? Options.DefaultName))
            {
                options.SetBeforeFallback();
            }
        }
    }
}
