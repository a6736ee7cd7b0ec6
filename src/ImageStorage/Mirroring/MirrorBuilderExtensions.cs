using ImageStorage.Failover;
using ImageStorage.Health;
using ImageStorage.Layers;
using ImageStorage.Providers;
using ImageStorage.Registration;
using ImageStorage.Resilience;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageStorage.Mirroring;

/// <summary>Gives a store a mirror.</summary>
public static class MirrorBuilderExtensions
{
    /// <summary>
    /// Keeps all images on two providers: each write goes to both before it is acknowledged, and either stands in for the other while that is down or has an
    /// image damaged. Each of the two gets a resilience layer, with the defaults unless <c>WithResilience</c> was called on it. Let all processes that share one side share both.
    /// A mirror that is added to a store with images is filled in the background.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="mirror">Chooses the mirror, such as <c>mirror => mirror.UseFileSystem("/mnt/second/images")</c>.</param>
    /// <param name="configure">Sets how; null for the defaults.</param>
    /// <exception cref="InvalidOperationException">No mirror is chosen, or the store has a mirror or a fallback already, by code or by configuration.</exception>
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

    /// <summary>Takes the mirror that the store's configuration names, if it names one.</summary>
    internal static void AddConfiguredMirror(this ImageStorageBuilder builder)
    {
        var whole = builder.Registration;

        // Beside fallbacks it is refused when the application starts, with all else that is wrong in the configuration.
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
            throw new InvalidOperationException($"{whole.Described} has a mirror or a fallback already; a store has one of the two. A mirror takes writes while the primary is down by itself, so it needs no fallback.");
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
        new($"{whole.Described} has a mirror by configuration ('{MirrorSettings.Name}') and by code (WithMirror). Name it in one of the two.");
}
