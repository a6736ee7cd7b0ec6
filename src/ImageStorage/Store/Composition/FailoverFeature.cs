using ImageStorage.Failover;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageStorage.Store.Composition;

/// <summary>Adds the fallbacks of a store, by code or by configuration.</summary>
internal sealed class FailoverFeature : IStoreFeature
{
    public IReadOnlyList<string> Settings => [FailoverSettings.List, FailoverSettings.Section.Name];

    public void AddConfigured(ImageStorageBuilder builder)
    {
        var store = builder.Registration;
        if (!SettingsReader.Has(store.Configuration!, FailoverSettings.List))
        {
            return;
        }

        switch (store.Failover)
        {
            case null:
                Add(builder, isConfigured: true);
                break;
            case { IsConfigured: false }:
                throw Twice(store);
        }
    }

    public IEnumerable<ConfiguredPart> Validate(StoreRegistration store, ConfiguredProviders configured, List<string> failures)
    {
        var configuration = store.Configuration!;
        var hasList = SettingsReader.Has(configuration, FailoverSettings.List);
        if (store.Failover is null && !hasList && SettingsReader.Has(configuration, FailoverSettings.Section.Name))
        {
            failures.Add($"{store.Described}: the section '{configuration.GetSection(FailoverSettings.Section.Name).Path}' has no effect, as there are no fallbacks. Name them in a list '{FailoverSettings.List}', or remove it.");
        }

        return hasList ? FailoverRegistration.Fallbacks(store, configured, failures) : [];
    }

    /// <summary>Adds a fallback by code.</summary>
    public static void AddFallback(ImageStorageBuilder builder, Action<ImageStorageBuilder> fallback, Action<FailoverOptions>? configure)
    {
        var store = builder.Registration;
        if (store.Failover is { IsConfigured: true })
        {
            throw Twice(store);
        }

        var before = store.Failover?.Parts.Count ?? 0;
        var part = builder.PartOf(before > 0 ? $"Fallback {before + 1}" : "The fallback", $"{FailoverSettings.List}:{before}", ProviderRole.Fallback);
        fallback(part);
        part.Registration.EnsureProvider();
        var failover = store.Failover ?? Add(builder, isConfigured: false);
        builder.AddOptions(FailoverSettings.Section, configure);
        ResilienceFeature.AddImplied(part, null);
        failover.Parts.Add(part.Registration);
    }

    /// <summary>Registers the service of a store with fallbacks or a mirror.</summary>
    public static void AddFailoverService(IServiceCollection services, string name)
    {
        services.TryAddKeyedSingleton(name, (provider, _) => StoreAbility.Get<IStorageFailover>(provider, name, "failover"));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageFailover>(name));
        }
    }

    private static FailoverRegistration Add(ImageStorageBuilder builder, bool isConfigured)
    {
        var store = builder.Registration;
        if (store.Has(LayerKind.Failover))
        {
            throw new InvalidOperationException($"{store.Described} has a mirror already; a store has fallbacks or a mirror. A mirror accepts writes while its primary is unavailable, so it needs no fallback.");
        }

        var failover = new FailoverRegistration(store, isConfigured);
        store.Failover = failover;
        AddFailoverService(builder.Services, builder.Name);
        builder.AddOptions(FailoverSettings.Section, null);
        ResilienceFeature.AddImplied(builder, name => name == store.OptionsName && !store.HasResilience);
        store.Checks.Add((_, failures) => failover.Check(failures));
        builder.AddLayer(new Layer(LayerKind.Failover, failover.Join));
        return failover;
    }

    private static InvalidOperationException Twice(StoreRegistration store) =>
        new($"{store.Described} has fallbacks by configuration ('{FailoverSettings.List}') and by code (WithFallback). Name all of them in one of the two.");
}
