using ImageStorage.Selection;

namespace ImageStorage.Store.Composition;

/// <summary>Refuses a primary that is chosen at each start, if durable state belongs to one provider.</summary>
internal static class ChangingPrimary
{
    /// <summary>Reports a primary that is chosen at each start, by configuration or by code.</summary>
    /// <param name="store">The store.</param>
    /// <param name="configured">The providers of its configuration; null without configuration.</param>
    /// <param name="danger">The possible damage.</param>
    /// <param name="unwanted">The feature that the store would lose.</param>
    /// <param name="failures">Receives the failures.</param>
    public static void Check(StoreRegistration store, ConfiguredProviders? configured, string danger, string unwanted, List<string> failures)
    {
        if (configured is { IsAuto: true })
        {
            failures.Add(Describe(store.Described, "the setting 'Primary' is 'auto'", danger, "Set 'Primary' to the provider that is to be the primary", unwanted));
        }

        if (store.Provider?.Type == AutoImageProvider.ProviderName)
        {
            failures.Add(Describe(store.Described, "its provider is the first available of several (UseFirstAvailable)", danger, "Choose one provider", unwanted));
        }
    }

    private static string Describe(string store, string what, string danger, string remedy, string unwanted) => $"{store}: {what}, which is chosen again at each start, so {danger}. {remedy}, or remove {unwanted}.";
}
