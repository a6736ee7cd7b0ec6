using ImageStorage.Coordination;
using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Events;
using ImageStorage.Gate;
using ImageStorage.Instrumentation;
using ImageStorage.Providers;
using ImageStorage.Resilience;
using ImageStorage.Selection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Store.Composition;

/// <summary>
/// Creates providers with their layers, for a store and for each of its parts alike: primary, fallback, mirror,
/// candidate, catalog and content. This is the only place that decides which layers a provider has and in which order.
/// The result prints as <c>Caching(Resilience(Instrumentation(FileSystem)))</c>.
/// </summary>
internal static class LayerComposition
{
    /// <summary>Creates the provider of a store, or of a part by code.</summary>
    public static IImageProvider Create(IServiceProvider services, StoreRegistration part)
    {
        if (part.Provider is { } chosen)
        {
            return Wrap(services, chosen.Create(services), LayersOf(part));
        }

        var configured = part.Providers();
        var provider = configured.Primary is { } primary
            ? CreateBare(services, primary)
            : ProviderSelection.Create(services, configured.Candidates, candidate => candidate.Key, candidate => Create(services, candidate, part.Role));
        return Wrap(services, provider, LayersOf(part));
    }

    /// <summary>Creates the provider that a section of the configuration describes, as a part of a store.</summary>
    public static IImageProvider Create(IServiceProvider services, ConfiguredPart part, ProviderRole role) =>
        Wrap(services, CreateBare(services, part), LayersOf(
            new(part.Registration, role, $"{part.Described} of {part.Registration.DescribedInSentence}"), part.OptionsName, part.HasResilience || IsResilient(role), []));

    /// <summary>
    /// Puts layers around a provider, from the innermost to the outermost. If a layer cannot be created, the provider is
    /// disposed, together with the layers inside of the failed layer.
    /// </summary>
    /// <exception cref="InvalidOperationException">A kind of layer was added twice.</exception>
    public static IImageProvider Wrap(IServiceProvider services, IImageProvider provider, IEnumerable<Layer> layers)
    {
        var outermost = provider;
        try
        {
            foreach (var layer in InnermostFirst(layers))
            {
                outermost = layer.Wrap(services, outermost);
            }

            return outermost;
        }
        catch
        {
            outermost.Dispose();
            throw;
        }
    }

    private static IEnumerable<Layer> InnermostFirst(IEnumerable<Layer> layers)
    {
        // A stable sort: of several layers outside of one kind, the first that was added is the outermost.
        var ordered = layers.OrderBy(layer => layer.Kind).ThenBy(layer => layer.Position).ToList();
        if (ordered.Where(layer => layer.Position == LayerPosition.OfKind).GroupBy(layer => layer.Kind).FirstOrDefault(kind => kind.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException($"The layer {twice.Key} was added {twice.Count()} times to one store; add it once.");
        }

        return Enumerable.Reverse(ordered);
    }

    private static IEnumerable<Layer> LayersOf(StoreRegistration part)
    {
        // A resilience layer of the application, added with AddLayer, replaces a configured or implied layer.
        var isImplied = !part.Has(LayerKind.Resilience) && (part.HasResilience || IsResilient(part.Role) || part.Has(LayerKind.Failover));
        var layers = LayersOf(new(part.Root, part.Role, part.DescribedInSentence) { IsSelection = part.IsSelection }, part.OptionsName, part.WantsResilience || isImplied, part.Layers);

        // The first layer at a position is outside of all layers of the application there.
        return part.IsRoot ? StoreRoute.Markers(services => services.GetRequiredKeyedService<StoreRoute>(part.Name)).Prepend(EventsOf(part)).Concat(layers).Append(GateOf(part)) : layers;
    }

    private static IEnumerable<Layer> LayersOf(PartOfStore part, string optionsName, bool isResilient, IEnumerable<Layer> added)
    {
        if (isResilient)
        {
            yield return new(LayerKind.Resilience, (services, inner) => new ResilienceProvider(inner, services.OptionsOf<ResilienceOptions>(optionsName), ClockOf(services), LoggerOf(services, "Resilience")));
        }

        if (!part.IsSelection)
        {
            yield return new(LayerKind.Instrumentation, (services, inner) => Instrument(services, inner, part));
        }

        foreach (var layer in added)
        {
            yield return layer;
        }
    }

    private static Layer EventsOf(StoreRegistration store) =>
        Layer.Outside(LayerKind.Gate, (services, inner) => new EventsProvider(inner, EventsOf(services, store), ClockOf(services)));

    private static Layer GateOf(StoreRegistration store) =>
        new(LayerKind.Gate, (services, inner) => new GateProvider(inner, services.GetKeyedServices<KnownRequirement>(store.Name), ClockOf(services)));

    private static InstrumentationProvider Instrument(IServiceProvider services, IImageProvider inner, PartOfStore part)
    {
        var logger = LoggerOf(services, inner.Name);
        var store = part.Store.DescribedInSentence;
        var recorder = services.GetRequiredKeyedService<OperationRecorder>(part.Store.Name).AddPart(inner.Name, part.Role);
        var corruption = new CorruptionReporter(logger, inner, part.Role, store)
        {
            Part = part.Description,
            Events = EventsOf(services, part.Store),
            Clock = ClockOf(services),
            Recorder = recorder,
        };
        return new InstrumentationProvider(inner, logger, store, part.Role, corruption, recorder);
    }

    private static IStorageEventSink EventsOf(IServiceProvider services, StoreRegistration store) => services.GetRequiredKeyedService<IStorageEventSink>(store.Name);

    private static ILogger LoggerOf(IServiceProvider services, string category) => (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger($"ImageStorage.{category}");

    private static TimeProvider ClockOf(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;

    // A provider with a fallback, and a fallback, must fail in limited time.
    private static bool IsResilient(ProviderRole role) => role is ProviderRole.Fallback or ProviderRole.Mirror;

    // The store is validated before a provider is created, so the type is known.
    private static IImageProvider CreateBare(IServiceProvider services, ConfiguredPart part) => part.Type!.Create(services, part);

    /// <summary>The store of a provider, and the role of the provider in the store.</summary>
    private readonly record struct PartOfStore(StoreRegistration Store, ProviderRole Role, string Description)
    {
        /// <summary>
        /// Gets a value that indicates whether the provider is chosen from candidates, each of which is instrumented itself.
        /// </summary>
        public bool IsSelection { get; init; }
    }
}
