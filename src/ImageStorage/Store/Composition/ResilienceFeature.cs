using ImageStorage.Resilience;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Store.Composition;

/// <summary>Adds the resilience layers of a store and of its parts.</summary>
internal sealed class ResilienceFeature : IStoreFeature
{
    public void AddServices(ImageStorageBuilder builder)
    {
        var store = builder.Registration;
        builder.Services.Bind<ResilienceOptions>(
            options => store.Providers().PartOf(options) is { HasResilience: true } part ? part.Section.GetSection(ConfiguredPart.ResilienceSection) : null,
            ResilienceSettings.Read);
        builder.Services.AddValidator(new ResilienceOptionsValidator());
    }

    /// <summary>Adds a resilience layer by code to the provider of a store or part.</summary>
    public static void Add(ImageStorageBuilder builder, Action<ResilienceOptions>? configure)
    {
        builder.AddOptions(new ResilienceOptionsValidator(), configure);
        builder.Registration.WantsResilience = true;
    }

    /// <summary>Prepares the options of a resilience layer that a fallback or a mirror implies.</summary>
    /// <param name="builder">The store or part.</param>
    /// <param name="isBeforeFallback">Returns whether the options of a name have the defaults of a provider with a
    /// fallback; null for none.</param>
    public static void AddImplied(ImageStorageBuilder builder, Func<string, bool>? isBeforeFallback)
    {
        if (isBeforeFallback is not null)
        {
            // These are defaults, so they come before every other configuration of the options, even before earlier
            // registrations.
            builder.Services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<ResilienceOptions>>(new DefaultsBeforeFallback(isBeforeFallback)));
        }

        builder.AddOptions(new ResilienceOptionsValidator(), null);
    }

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
