using ImageStorage.Selection;

namespace ImageStorage.Store.Composition;

/// <summary>Refuses providers that are chosen at each start where durable state belongs to one provider.</summary>
internal static class SettledProviders
{
    /// <summary>Reports a primary that configuration or code leaves to each start.</summary>
    /// <param name="store">The store.</param>
    /// <param name="configured">The providers that its configuration describes; null without configuration.</param>
    /// <param name="danger">What could go wrong.</param>
    /// <param name="unwanted">What the store would have to do without.</param>
    /// <param name="failures">Receives the failures.</param>
    public static void Check(StoreRegistration store, ConfiguredProviders? configured, string danger, string unwanted, List<string> failures)
    {
        if (configured is { IsAuto: true })
        {
            failures.Add(Unsettled(store.Described, "the setting 'Primary' is 'auto'", danger, "Set 'Primary' to the provider that is to be the primary", unwanted));
        }

        if (store.Provider?.Type == AutoImageProvider.ProviderName)
        {
            failures.Add(Unsettled(store.Described, "its provider is the first available of several (UseFirstAvailable)", danger, "Choose one provider", unwanted));
        }
    }

    private static string Unsettled(string store, string what, string danger, string remedy, string unwanted) => $"{store}: {what}, which is chosen again at each start, so {danger}. {remedy}, or do without {unwanted}.";
}
