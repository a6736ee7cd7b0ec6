using ImageStorage.Layers;
using ImageStorage.Registration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Resilience;

/// <summary>Adds the resilience layer.</summary>
public static class ResilienceBuilderExtensions
{
    /// <summary>
    /// Limits the time of the provider's calls, repeats calls that may safely happen twice, and stops calling the provider while too many calls
    /// fail.
    /// </summary>
    /// <param name="builder">The store or, inside <c>WithFallback</c> and <c>WithMirror</c>, the part; each provider has its own layer.</param>
    /// <param name="configure">Sets the options; null for the defaults. Another call adds to the options.</param>
    public static ImageStorageBuilder WithResilience(this ImageStorageBuilder builder, Action<ResilienceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddOptions(new ResilienceOptionsValidator(), configure);
        return builder.Registration.Features.Add(typeof(ResilienceOptions)) ? builder.AddLayer(LayerOf(builder.Registration.OptionsName)) : builder;
    }

    /// <summary>Registers the options of a resilience layer that a fallback or a mirror implies.</summary>
    /// <param name="builder">The store or part.</param>
    /// <param name="isBeforeFallback">Returns whether the options of a name have the defaults of a provider that another provider can replace; null for none.</param>
    internal static void AddImpliedResilience(this ImageStorageBuilder builder, Func<string, bool>? isBeforeFallback)
    {
        if (isBeforeFallback is not null)
        {
            // These are defaults: everything else that configures the options runs later, even if it was registered earlier.
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
