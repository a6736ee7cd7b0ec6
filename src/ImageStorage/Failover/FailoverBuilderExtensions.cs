using ImageStorage.Health;
using ImageStorage.Layers;
using ImageStorage.Registration;
using ImageStorage.Resilience;

namespace ImageStorage.Failover;

/// <summary>Gives a store fallbacks.</summary>
public static class FailoverBuilderExtensions
{
    /// <summary>
    /// Goes on with another provider while the store's own is down, and brings what was written meanwhile to it afterwards. Call it again for a further fallback: the order of
    /// the calls is that of the chain, and a write goes to the first that answers. Each provider gets a
    /// resilience layer, with the defaults unless <c>WithResilience</c> was called on it. A fallback belongs to the failover: keep nothing else there,
    /// and let all processes that share the primary share it.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="fallback">Chooses the fallback, such as <c>fallback => fallback.UseFileSystem("/mnt/share/fallback")</c>.</param>
    /// <param name="configure">Sets how; null for the defaults, or for what an earlier call has set. The options are those of the whole chain.</param>
    /// <exception cref="InvalidOperationException">No fallback is chosen, or the configuration of the store names its fallbacks.</exception>
    public static ImageStorageBuilder WithFallback(this ImageStorageBuilder builder, Action<ImageStorageBuilder> fallback, Action<FailoverOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(fallback);
        var whole = builder.Registration;
        if (whole.Failover is { IsConfigured: true })
        {
            throw Twice(whole);
        }

        var before = whole.Failover?.Parts.Count ?? 0;
        var part = builder.PartOf(before > 0 ? $"Fallback {before + 1}" : "The fallback", $"{FailoverSettings.List}:{before}", ProviderRole.Fallback);
        fallback(part);
        part.Registration.EnsureProvider();
        var failover = whole.Failover ?? builder.AddFailover(isConfigured: false);
        builder.AddFeature(FailoverSettings.Feature, configure);
        part.AddImpliedResilience(null);
        failover.Parts.Add(part.Registration);
        return builder;
    }

    /// <summary>Takes the fallbacks that the store's configuration names, if it names any.</summary>
    internal static void AddConfiguredFallbacks(this ImageStorageBuilder builder)
    {
        var whole = builder.Registration;
        if (!FailoverSettings.AreIn(whole.Configuration!))
        {
            return;
        }

        switch (whole.Failover)
        {
            case null:
                builder.AddFailover(isConfigured: true);
                break;
            case { IsConfigured: false }:
                throw Twice(whole);
        }
    }

    private static FailoverRegistration AddFailover(this ImageStorageBuilder builder, bool isConfigured)
    {
        if (builder.Registration.Layers.Any(layer => layer.Kind == LayerKind.Failover))
        {
            throw new InvalidOperationException($"{builder.Registration.Described} has a mirror already; a store has fallbacks or a mirror. A mirror takes writes while the primary is down by itself, so it needs no fallback.");
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

    private static InvalidOperationException Twice(StoreRegistration whole) =>
        new($"{whole.Described} has fallbacks by configuration ('Fallbacks') and by code (WithFallback). Name all of them in one of the two.");
}
