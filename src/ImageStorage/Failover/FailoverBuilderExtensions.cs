using ImageStorage.Health;
using ImageStorage.Layers;
using ImageStorage.Registration;
using ImageStorage.Resilience;

namespace ImageStorage.Failover;

/// <summary>Adds fallbacks to a store.</summary>
public static class FailoverBuilderExtensions
{
    /// <summary>
    /// Adds a fallback, which takes writes while the primary is unavailable. The writes are replayed to the primary when it returns. Call it
    /// again to add another fallback: the order of the calls is the order of the fallbacks, and a write goes to the first that answers. Each
    /// provider gets a resilience layer, with default options unless <c>WithResilience</c> was called on it. Store nothing else on a fallback,
    /// and share the fallback among all processes that share the primary.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="fallback">Chooses the fallback, such as <c>fallback => fallback.UseFileSystem("/mnt/shared/fallback")</c>.</param>
    /// <param name="configure">Sets the options of the failover, which hold for all fallbacks; null for the defaults, or for the options of an earlier call.</param>
    /// <exception cref="InvalidOperationException">No fallback is chosen, or the configuration of the store names its fallbacks, or the store has a mirror.</exception>
    public static ImageStorageBuilder WithFallback(this ImageStorageBuilder builder, Action<ImageStorageBuilder> fallback, Action<FailoverOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(fallback);
        var store = builder.Registration;
        if (store.Failover is { IsConfigured: true })
        {
            throw Twice(store);
        }

        var before = store.Failover?.Parts.Count ?? 0;
        var part = builder.PartOf(before > 0 ? $"Fallback {before + 1}" : "The fallback", $"{FailoverSettings.List}:{before}", ProviderRole.Fallback);
        fallback(part);
        part.Registration.EnsureProvider();
        var failover = store.Failover ?? builder.AddFailover(isConfigured: false);
        builder.AddFeature(FailoverSettings.Feature, configure);
        part.AddImpliedResilience(null);
        failover.Parts.Add(part.Registration);
        return builder;
    }

    /// <summary>Adds the fallbacks that the store's configuration names, if any.</summary>
    internal static void AddConfiguredFallbacks(this ImageStorageBuilder builder)
    {
        var store = builder.Registration;
        if (!FailoverSettings.AreIn(store.Configuration!))
        {
            return;
        }

        switch (store.Failover)
        {
            case null:
                builder.AddFailover(isConfigured: true);
                break;
            case { IsConfigured: false }:
                throw Twice(store);
        }
    }

    private static FailoverRegistration AddFailover(this ImageStorageBuilder builder, bool isConfigured)
    {
        if (builder.Registration.Layers.Any(layer => layer.Kind == LayerKind.Failover))
        {
            throw new InvalidOperationException($"{builder.Registration.Described} has a mirror already; a store has fallbacks or a mirror. A mirror accepts writes while its primary is unavailable, so it needs no fallback.");
        }

        var failover = new FailoverRegistration(builder.Registration, isConfigured);
        builder.Registration.Failover = failover;
        FailoverServices.Register(builder.Services, builder.Name);
        builder.AddFeature(FailoverSettings.Feature, null);
        builder.AddImpliedResilience(name => name == builder.Registration.OptionsName && !builder.Registration.HasResilience);
        builder.Registration.Checks.Add((_, failures) => failover.Check(failures));
        builder.AddLayer(new Layer(LayerKind.Failover, failover.Join));
        return failover;
    }

    private static InvalidOperationException Twice(StoreRegistration store) =>
        new($"{store.Described} has fallbacks by configuration ('Fallbacks') and by code (WithFallback). Name all of them in one of the two.");
}
