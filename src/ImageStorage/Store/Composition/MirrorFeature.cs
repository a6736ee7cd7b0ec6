using ImageStorage.Mirroring;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageStorage.Store.Composition;

/// <summary>Adds the mirror of a store, by code or by configuration.</summary>
internal sealed class MirrorFeature : IStoreFeature
{
    public IReadOnlyList<string> Settings => [MirrorSettings.Name, MirrorSettings.Section.Name];

    public void AddConfigured(ImageStorageBuilder builder)
    {
        var store = builder.Registration;

        // A mirror together with fallbacks is refused when the host starts, with all other failures of the
        // configuration.
        if (!SettingsReader.Has(store.Configuration!, MirrorSettings.Name) || store.Failover is { IsConfigured: true })
        {
            return;
        }

        switch (store.Mirror)
        {
            case null:
                Add(builder, new MirrorRegistration(store, null));
                break;
            case { IsConfigured: false }:
                throw Twice(store);
        }
    }

    public IEnumerable<ConfiguredPart> Validate(StoreRegistration store, ConfiguredProviders configured, List<string> failures)
    {
        var configuration = store.Configuration!;
        var isNamed = SettingsReader.Has(configuration, MirrorSettings.Name);
        if (store.Mirror is null && !isNamed && SettingsReader.Has(configuration, MirrorSettings.Section.Name))
        {
            failures.Add($"{store.Described}: the section '{configuration.GetSection(MirrorSettings.Section.Name).Path}' has no effect, as there is no mirror. Name it in the setting '{MirrorSettings.Name}', or remove the section.");
        }

        return isNamed && MirrorRegistration.Mirror(store, configured, failures) is { } mirror ? [mirror] : [];
    }

    /// <summary>Adds a mirror by code.</summary>
    public static void AddMirror(ImageStorageBuilder builder, Action<ImageStorageBuilder> mirror, Action<MirrorOptions>? configure)
    {
        var part = builder.PartOf("The mirror", MirrorSettings.Name, ProviderRole.Mirror);
        mirror(part);
        part.Registration.EnsureProvider();
        if (builder.Registration.Mirror is { IsConfigured: true })
        {
            throw Twice(builder.Registration);
        }

        Add(builder, new MirrorRegistration(builder.Registration, part.Registration));
        builder.AddOptions(MirrorSettings.Section, configure);
    }

    private static void Add(ImageStorageBuilder builder, MirrorRegistration mirror)
    {
        var store = builder.Registration;
        if (store.Has(LayerKind.Failover))
        {
            throw new InvalidOperationException($"{store.Described} has a mirror or a fallback already; a store has one of the two. A mirror takes writes while the primary is down by itself, so it needs no fallback.");
        }

        store.Mirror = mirror;
        builder.AddOptions(MirrorSettings.Section, null);
        ResilienceFeature.AddImplied(builder, mirror.IsBeforeFallback);
        store.Checks.Add((_, failures) => mirror.Check(failures));
        FailoverFeature.AddFailoverService(builder.Services, builder.Name);
        AddMirrorService(builder.Services, builder.Name);
        builder.AddLayer(new Layer(LayerKind.Failover, mirror.Join));
    }

    private static void AddMirrorService(IServiceCollection services, string name)
    {
        services.TryAddKeyedSingleton(name, (provider, _) => StoreAbility.Get<IStorageMirror>(provider, name, "mirror"));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageMirror>(name));
        }
    }

    private static InvalidOperationException Twice(StoreRegistration store) =>
        new($"{store.Described} has a mirror by configuration ('{MirrorSettings.Name}') and by code (WithMirror). Name it in one of the two.");
}
