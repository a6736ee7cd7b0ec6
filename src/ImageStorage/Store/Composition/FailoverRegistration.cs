using ImageStorage.Failover;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Store.Composition;

/// <summary>The registered fallbacks of a store, by code or by configuration.</summary>
internal sealed class FailoverRegistration(StoreRegistration store, bool isConfigured)
{
    // A hint belongs to one primary, and a primary that is chosen at each start may be another provider.
    private const string Danger = "hints of a fallback could be replayed to the wrong provider, or remain on a fallback that is no longer used";
    private const string Unwanted = "fallbacks";

    /// <summary>Gets a value that indicates whether the configuration names the fallbacks.</summary>
    public bool IsConfigured => isConfigured;

    /// <summary>Gets the fallbacks that code has added, in their order.</summary>
    public List<StoreRegistration> Parts { get; } = [];

    /// <summary>Returns the fallbacks that the configuration names, in their order.</summary>
    public static List<ConfiguredPart> Fallbacks(StoreRegistration store, ConfiguredProviders configured, List<string> failures)
    {
        var list = store.Configuration!.GetSection(FailoverSettings.List);
        if (ConfiguredProviders.NamesIn(store, FailoverSettings.List, failures) is not { } names)
        {
            return [];
        }

        if (SettingsReader.Has(store.Configuration!, MirrorSettings.Name))
        {
            failures.Add($"{store.Described}: the settings '{list.Path}' and '{MirrorSettings.Name}' exclude each other; a store has fallbacks or a mirror. A mirror accepts writes while its primary is unavailable, so it needs no fallback. Remove one of the two.");
        }

        ChangingPrimary.Check(store, configured, Danger, Unwanted, failures);
        var found = new List<ConfiguredPart>();
        foreach (var name in names)
        {
            if (configured.FindPartner(name, failures) is not { } part)
            {
                continue;
            }

            if (found.Contains(part))
            {
                failures.Add($"{store.Described}: the setting '{name.Path}' is '{name.Value}', which is in the list '{list.Path}' already. Name each fallback once.");
            }
            else
            {
                found.Add(part);
            }
        }

        return found;
    }

    /// <summary>
    /// Reports providers that are chosen at each start. Those of the configuration are reported with the configuration.
    /// </summary>
    public void Check(List<string> failures)
    {
        ChangingPrimary.Check(store, isConfigured ? null : store.Providers(), Danger, Unwanted, failures);
        Parts.ForEach(part => ChangingPrimary.Check(part, null, Danger, Unwanted, failures));
    }

    /// <summary>Creates the fallbacks and joins them with the primary, which it owns if the call succeeds.</summary>
    public FailoverProvider Join(IServiceProvider services, IImageProvider primary)
    {
        var fallbacks = new List<IImageProvider>();
        try
        {
            IReadOnlyList<string>? names = null;
            IEnumerable<string> described = Parts.Select(part => part.DescribedInSentence);
            if (isConfigured)
            {
                var sections = Fallbacks(store, store.Providers(), []);
                names = [store.NameOfPrimary(), .. sections.Select(part => part.Described)];
                described = sections.Select(part => part.DescribedInSentence);
                sections.ForEach(part => fallbacks.Add(LayerComposition.Create(services, part, ProviderRole.Fallback)));
            }
            else
            {
                Parts.ForEach(part => fallbacks.Add(LayerComposition.Create(services, part)));
            }

            SameLocationCheck.Ensure([primary, .. fallbacks], [store.PrimaryInSentence(), .. described]);
            return new FailoverProvider(
                primary,
                fallbacks,
                services.OptionsOf<FailoverOptions>(store.OptionsName),
                services.GetService<TimeProvider>() ?? TimeProvider.System,
                services.GetRequiredKeyedService<IStorageEventSink>(store.Name),
                (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Failover"),
                names);
        }
        catch
        {
            fallbacks.ForEach(fallback => fallback.Dispose());
            throw;
        }
    }
}
