using ImageStorage.Failover;
using ImageStorage.Health;
using ImageStorage.Layers;
using ImageStorage.Providers;
using ImageStorage.Registration;
using ImageStorage.Resilience;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageStorage.Mirroring;

/// <summary>Configures a mirror for a store.</summary>
public static class MirrorBuilderExtensions
{
    /// <summary>
    /// Stores all images on two providers. Each write reaches both providers before the call returns. Either provider
    /// serves all images while the other is unavailable or has a damaged copy. Each provider gets a resilience layer
    /// with default options unless <c>WithResilience</c> was called on it. All processes that share one provider must
    /// share both. A mirror that is added to a store with images is filled in the background.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="mirror">
    /// Chooses the mirror, such as <c>mirror => mirror.UseFileSystem("/mnt/second/images")</c>.
    /// </param>
    /// <param name="configure">Configures the options; <see langword="null"/> for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">No mirror is chosen, or the store already has a mirror or a
    /// fallback, by code or by configuration.</exception>
    public static ImageStorageBuilder WithMirror(this ImageStorageBuilder builder, Action<ImageStorageBuilder> mirror, Action<MirrorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(mirror);
        var part = builder.PartOf("The mirror", MirrorSettings.Name, ProviderRole.Mirror);
        mirror(part);
        part.Registration.EnsureProvider();
        if (builder.Registration.Mirror is { IsConfigured: true })
        {
            throw Twice(builder.Registration);
        }

        builder.AddMirror(new MirrorRegistration(builder.Registration, part.Registration));
        builder.AddFeature(MirrorSettings.Feature, configure);
        return builder;
    }

    /// <summary>Adds the mirror that the configuration of the store names, if any.</summary>
    internal static void AddConfiguredMirror(this ImageStorageBuilder builder)
    {
        var whole = builder.Registration;

        // A mirror beside fallbacks is refused when the application starts, together with all other errors of the
        // configuration.
        if (!MirrorSettings.IsIn(whole.Configuration!) || whole.Failover is { IsConfigured: true })
        {
            return;
        }

        switch (whole.Mirror)
        {
            case null:
                builder.AddMirror(new MirrorRegistration(whole, null));
                break;
            case { IsConfigured: false }:
                throw Twice(whole);
        }
    }

    private static ImageStorageBuilder AddMirror(this ImageStorageBuilder builder, MirrorRegistration mirror)
    {
        var whole = builder.Registration;
        if (whole.Layers.Any(layer => layer.Kind == LayerKind.Failover))
        {
            throw new InvalidOperationException($"{whole.Described} already has a mirror or a fallback, and a store can have only one of the two. A mirror accepts writes while the primary is unavailable, so no fallback is needed.");
        }

        whole.Mirror = mirror;
        builder.AddFeature(MirrorSettings.Feature, null);
        builder.AddImpliedResilience(mirror.IsBeforeFallback);
        whole.Checks.Add((_, failures) => mirror.Check(failures));
        FailoverServices.Register(builder.Services, builder.Name);
        RegisterServices(builder.Services, builder.Name);
        return builder.AddLayer(new Layer(LayerKind.Failover, mirror.Join));
    }

    private static void RegisterServices(IServiceCollection services, string name)
    {
        services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<IImageProvider>(name).GetAbility<IStorageMirror>()
            ?? throw new InvalidOperationException("A layer of the store hides its mirror."));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageMirror>(name));
        }
    }

    private static InvalidOperationException Twice(StoreRegistration whole) =>
        new($"{whole.Described} has a mirror in the configuration ('{MirrorSettings.Name}') and in code (WithMirror). Choose the mirror in one place.");
}
